use quote::ToTokens;

use super::*;

fn parse(kind: Kind, args: &str) -> Result<Parsed> {
    Written::own(kind, args.parse().unwrap()).parse()
}

fn fault(kind: Kind, args: &str) -> String {
    parse(kind, args).map_or_else(|error| error.to_string(), |_| format!("`{args}` was accepted"))
}

#[test]
fn a_rule_nests_permissions_constants_and_roles() {
    let parsed = parse(
        Kind::RequirePermission,
        r#"any("a:b", all(perms::WRITE, role("x")), role("y", client = "crm",),)"#,
    )
    .unwrap();
    let Some(Rule::Any(List { rules })) = parsed.rule else {
        panic!("no any(..)")
    };
    let [
        Rule::Permission(name),
        Rule::All(List { rules: inner }),
        Rule::Role(role),
    ] = rules.as_slice()
    else {
        panic!("other rules")
    };
    assert_eq!(name.value(), "a:b");
    assert!(matches!(
        inner.as_slice(),
        [Rule::Constant(_), Rule::Role(Role { client: None, .. })]
    ));
    assert_eq!(
        role.client.as_ref().map(syn::LitStr::value).as_deref(),
        Some("crm")
    );
}

#[test]
fn a_bare_string_is_a_role_where_roles_are_required() {
    let parsed = parse(Kind::RequireRole, r#""data:read", client = "crm""#).unwrap();
    assert!(matches!(parsed.rule, Some(Rule::Role(Role { client: None, .. }))));
    assert_eq!(parsed.arguments.client.unwrap().value(), "crm");
}

#[test]
fn every_argument_is_understood() {
    let arguments = parse(
        Kind::RequirePermission,
        r#""a:b", scope = "department", check = f(x, y.z), check = m::g(), admin_bypass = false, fresh,
           acr = "gold", max_age = "2h", on_denial = pages::denied, crate = ::rbac::inner,"#,
    )
    .unwrap()
    .arguments;
    assert_eq!((arguments.scopes.len(), arguments.checks.len()), (1, 2));
    assert_eq!(arguments.checks[0].arguments.len(), 2);
    assert!(!arguments.admin_bypass.unwrap().value && arguments.fresh);
    assert_eq!(arguments.acr.unwrap().value(), "gold");
    assert_eq!(arguments.max_age, Some(7200));
    assert_eq!(
        arguments.on_denial.to_token_stream().to_string(),
        "pages :: denied"
    );
    assert_eq!(arguments.root.to_token_stream().to_string(), ":: rbac :: inner");
}

#[test]
fn switches_can_be_spelt_out() {
    let arguments = parse(Kind::Authenticated, "fresh = false, admin_bypass = true")
        .unwrap()
        .arguments;
    assert!(!arguments.fresh && arguments.admin_bypass.unwrap().value);
    assert!(
        parse(Kind::Authenticated, "fresh = true")
            .unwrap()
            .arguments
            .fresh
    );
}

#[test]
fn a_source_stands_inside_the_scope_or_right_behind_it() {
    let source = |args: &str| {
        let mut scopes = parse(Kind::Authenticated, args).unwrap().arguments.scopes;
        match scopes.remove(0).source() {
            Source::Path(name) => format!("path {}", name.value()),
            Source::Query(name) => format!("query {}", name.value()),
            Source::Header(name) => format!("header {}", name.value()),
            Source::Value(expression) => format!("value {}", expression.to_token_stream()),
        }
    };
    assert_eq!(source(r#"scope = "d""#), "path d");
    assert_eq!(source(r#"scope("d")"#), "path d");
    assert_eq!(source(r#"scope("d", path = "p")"#), "path p");
    assert_eq!(source(r#"scope = "d", query = "q""#), "query q");
    assert_eq!(source(r#"scope("d"), header = "h""#), "header h");
    assert_eq!(source(r#"scope("d", value = body.a[0])"#), "value body . a [0]");
    assert_eq!(source(r#"scope = "d", value = *x, fresh"#), "value * x");
}

#[test]
fn ages_are_seconds() {
    let seconds = |age: &str| {
        parse(Kind::Authenticated, &format!("max_age = {age:?}"))
            .unwrap()
            .arguments
            .max_age
    };
    assert_eq!(seconds("30s"), Some(30));
    assert_eq!(seconds("5m"), Some(300));
    assert_eq!(seconds("1d"), Some(86_400));
    for age in [
        "",
        "5",
        "m",
        "-5m",
        "5 m",
        "5M",
        "0h",
        "5m5s",
        "1.5h",
        "18446744073709551615d",
        "3651d",
        "٣m",
    ] {
        assert!(
            fault(Kind::Authenticated, &format!("max_age = {age:?}")).contains(r#"write `max_age = "5m"`"#),
            "{age}"
        );
    }
}

#[test]
fn faults_say_what_was_found_and_what_to_write() {
    let faults = [
        (Kind::RequirePermission, "42", "found a number"),
        (Kind::RequirePermission, "'a'", "found a character"),
        (Kind::RequirePermission, "c\"a:b\"", "found a C string"),
        (
            Kind::RequirePermission,
            "\"a:b\" || \"c:d\"",
            "write `any(.., ..)`",
        ),
        (
            Kind::RequirePermission,
            "\"a:b\" and \"c:d\"",
            "write `all(.., ..)`",
        ),
        (Kind::RequirePermission, "\"a:b\" == \"c:d\"", "found `==`"),
        (Kind::RequirePermission, "\"a:b\"; fresh", "found `;`"),
        (Kind::RequirePermission, "any[\"a:b\"]", "write a comma"),
        (Kind::RequirePermission, "or(\"a:b\")", "write `any(..)`"),
        (Kind::RequirePermission, "Any(\"a:b\")", "write `any(..)`"),
        (
            Kind::RequirePermission,
            "any(\"a:b\", not(\"c:d\"))",
            "cannot be negated",
        ),
        (Kind::RequirePermission, "a::b()", "is a call"),
        (
            Kind::RequirePermission,
            "\"a:b\", scope = body.department",
            "write `scope(\"department\", value = body.department)`",
        ),
        (
            Kind::RequirePermission,
            "\"a:b\", scope = body.0",
            "write `scope(\"department\", value = body.0)`",
        ),
        (Kind::RequirePermission, "\"a:b\", check = f", "which arguments"),
        (Kind::RequirePermission, "\"a:b\", check = f(x)?", "for you"),
        (
            Kind::RequirePermission,
            "\"a:b\", check = async { true }",
            "found `async`",
        ),
        (Kind::RequirePermission, "\"a:b\", crate = 1", "found a number"),
        (
            Kind::RequirePermission,
            "\"a:b\", permisions = 1",
            "unknown argument",
        ),
        (Kind::Authenticated, "on_denial = |_, _| x", "found `|`"),
        (Kind::Authenticated, "on_denial = f()", "without calling it"),
        (Kind::Authenticated, "\"a:b\"", "takes no rule"),
        (
            Kind::Authenticated,
            "client = \"crm\"",
            "unknown argument `client`",
        ),
        (Kind::Public, "role(\"x\")", "takes no rule"),
        (Kind::Public, "reason = \"x\", query = \"y\"", "means nothing"),
    ];
    for (kind, args, expected) in faults {
        let fault = fault(kind, args);
        assert!(fault.contains(expected), "{args}: {fault}");
        assert!(!fault.starts_with(char::is_uppercase), "{fault}");
    }
}

#[test]
fn a_rule_cannot_nest_without_end() {
    let nested = |depth: usize| format!("{}\"a:b\"{}", "any(".repeat(depth), ")".repeat(depth));
    assert!(parse(Kind::RequirePermission, &nested(32)).is_ok());
    assert!(fault(Kind::RequirePermission, &nested(33)).contains("32 deep"));
}
