use quote::quote;
use syn::parse_quote;

use super::*;
use crate::args::{Kind, Parsed, Written};
use crate::handler::Handler;
use crate::route::Route;

fn parsed(kind: Kind, args: proc_macro2::TokenStream) -> Parsed {
    Written::own(kind, args).parse().unwrap()
}

fn faults(result: syn::Result<()>) -> Vec<String> {
    result
        .err()
        .into_iter()
        .flatten()
        .map(|error| error.to_string())
        .collect()
}

fn takes(args: proc_macro2::TokenStream, routes: &[Route]) -> Vec<String> {
    let handler: Handler = parse_quote!(
        async fn f(user: Principal, web::Json(body): web::Json<B>) -> u8 {
            1
        }
    );
    faults(rules(
        &[parsed(Kind::RequirePermission, args)],
        &handler,
        routes,
        None,
    ))
}

#[test]
fn a_good_rule_has_no_fault() {
    let routes = [
        parse_quote!(("GET", "/{department}/{id:[0-9]{2}}")),
        parse_quote!(("GET", "/{id}-{department}")),
    ];
    let args = quote!(
        "a:b",
        scope = "department",
        scope("owner", path = "id"),
        scope("x", value = body.x + user.y())
    );
    assert_eq!(takes(args, &routes), [""; 0]);
}

#[test]
fn each_route_in_sight_must_have_the_parameter() {
    let routes = [
        parse_quote!(("GET", "/{department}")),
        parse_quote!(("GET", "/{dept}")),
        parse_quote!(("GET", "/")),
    ];
    let faults = takes(quote!("a:b", scope = "department"), &routes);
    assert!(matches!(faults.as_slice(), [dept, none]
        if dept.contains("it has `dept`: write `scope(\"department\", path = \"dept\")`") && none.contains("it has none")));
}

#[test]
fn a_value_comes_from_the_arguments() {
    let names = |args| takes(args, &[]);
    assert!(names(quote!("a:b", scope("x", value = bodi.x)))[0].contains("did you mean `body`?"));
    assert!(names(quote!("a:b", scope("x", value = other)))[0].contains("it has `user`, `body`"));
    assert_eq!(
        names(quote!(
            "a:b",
            scope("x", value = CONSTANT),
            check = f(g(y), Some(1))
        )),
        [""; 0]
    );
    assert!(names(quote!("a:b", check = f(body, y)))[0].starts_with("`y` is no argument"));
}

#[test]
fn all_faults_of_a_signature_are_found() {
    let handler: Handler = parse_quote! {
        unsafe extern "C" fn f<'a>(&self, a: &str, b: impl T, #[cfg_attr(x, cfg(y))] c: C, ...) {}
    };
    assert_eq!(faults(super::handler(&handler)).len(), 10);
}

#[test]
fn a_plain_handler_has_none() {
    let handler: Handler = parse_quote! {
        pub async fn f<S: Store, const N: usize>(mut a: A<S>, _: B, (c, d): (C, D), #[cfg(x)] e: E) -> impl R where S: T {}
    };
    assert_eq!(faults(super::handler(&handler)), [""; 0]);
}

#[test]
fn names_must_be_declared_where_there_is_a_catalogue() {
    let catalogue = rbac_catalogue::Catalogue::parse(
        "[permissions]\n'data:read' = 'R'\n'data:write' = 'W'\n[roles.auditor]\n[clients.crm]\nroles = ['auditor']",
    )
    .unwrap();
    let handler: Handler = parse_quote!(
        async fn f() -> u8 {
            1
        }
    );
    let check = |kind, args| faults(rules(&[parsed(kind, args)], &handler, &[], Some(&catalogue)));
    let declared = quote!(all(
        "data:read",
        A_CONSTANT,
        role("auditor"),
        role("auditor", client = "crm")
    ));
    assert_eq!(check(Kind::RequirePermission, declared), [""; 0]);
    let misspelt = check(
        Kind::RequirePermission,
        quote!(any("data:raed", "users:manage", role("audit"))),
    );
    assert!(
        matches!(misspelt.as_slice(), [read, users, role]
        if read.contains("did you mean `data:read`")
        && users.ends_with("add it to `[permissions]`") && role.contains("did you mean `auditor`?")),
        "{misspelt:?}"
    );
    let foreign = check(
        Kind::RequireRole,
        quote!(any("auditor", role("auditor", client = "erp"))),
    );
    assert!(
        matches!(foreign.as_slice(), [role] if role.ends_with("add it to `[clients.erp]`")),
        "{foreign:?}"
    );
    let foreign = check(Kind::RequireRole, quote!("auditor", client = "erp"));
    assert!(
        matches!(foreign.as_slice(), [role] if role.contains("of the client `erp`")),
        "{foreign:?}"
    );
    assert_eq!(
        check(Kind::RequirePermission, quote!("data")).len(),
        1,
        "one fault has one message"
    );
}
