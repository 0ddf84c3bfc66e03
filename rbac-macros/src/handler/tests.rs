use quote::quote;
use syn::parse::Parser;
use syn::parse_quote;

use super::*;

fn handler(tokens: TokenStream) -> Handler {
    syn::parse2(tokens).unwrap()
}

#[test]
fn a_half_typed_body_is_no_fault() {
    let handler = handler(quote! {
        async fn f(body: String) -> impl Responder { let x = ; body.; match }
    });
    assert_eq!(handler.body.stream().to_string(), "let x = ; body . ; match");
}

#[test]
fn a_function_without_body_is_told_so() {
    let fault = |tokens| syn::parse2::<Handler>(tokens).map(drop).unwrap_err().to_string();
    assert!(
        fault(quote!(
            async fn f() -> u8;
        ))
        .contains("has a body")
    );
    assert_eq!(
        fault(quote!(
            async fn f(&self) -> u8;
        )),
        METHOD
    );
}

#[test]
fn what_is_put_in_front_stays_behind_inner_attributes() {
    let mut handler = handler(quote!(
        async fn f() {
            #![allow(unused)]
            #![cfg(all())]
            #[cfg(x)]
            const A: u8 = 1;
            a()
        }
    ));
    handler.prepend(quote!(FIRST;));
    let expected = quote!(#![allow(unused)] #![cfg(all())] FIRST; #[cfg(x)] const A: u8 = 1; a());
    assert_eq!(handler.body.stream().to_string(), expected.to_string());
}

#[test]
fn an_empty_body_can_be_put_in_front_of() {
    let mut handler = handler(quote!(
        async fn f() {}
    ));
    handler.prepend(quote!(FIRST;));
    assert_eq!(handler.body.stream().to_string(), "FIRST ;");
}

#[test]
fn optional_principals_are_known_by_their_names() {
    for yes in [
        quote!(Option<Principal>),
        quote!(core::option::Option<rbac_core::Principal>),
        quote!((Option<Principal>)),
    ] {
        assert!(
            handler(quote!(async fn f(a: u8, b: #yes) {})).takes_optional_principal(),
            "{yes}"
        );
    }
    for no in [
        quote!(Principal),
        quote!(Option<User>),
        quote!(Result<Principal, E>),
        quote!(Vec<Option<Principal>>),
    ] {
        assert!(
            !handler(quote!(async fn f(a: #no) {})).takes_optional_principal(),
            "{no}"
        );
    }
}

#[test]
fn only_what_is_known_to_be_no_macro_is_inert() {
    let inert: [Attribute; 6] = [
        parse_quote!(#[doc = "x"]),
        parse_quote!(#[cfg(x)]),
        parse_quote!(#[allow(unused)]),
        parse_quote!(#[expect(unused)]),
        parse_quote!(#[must_use]),
        parse_quote!(#[rustfmt::skip]),
    ];
    assert!(inert.iter().all(is_inert));
    let others: [Attribute; 5] = [
        parse_quote!(#[get("/")]),
        parse_quote!(#[cfg_attr(x, get("/"))]),
        parse_quote!(#[tracing::instrument]),
        parse_quote!(#[my::allow]),
        parse_quote!(#[utoipa::path]),
    ];
    assert!(!others.iter().any(is_inert));
}

#[test]
fn items_are_told_apart() {
    let kind = |tokens: TokenStream| item_kind.parse2(tokens).unwrap().map(|(name, _)| name);
    assert_eq!(
        kind(quote!(
            #[a]
            pub struct S;
        )),
        Some("a struct")
    );
    assert_eq!(
        kind(quote!(
            pub(crate) mod m {}
        )),
        Some("a module")
    );
    assert_eq!(kind(quote!(impl A for B {})), Some("an `impl` block"));
    assert_eq!(
        kind(quote!(
            const A: u8 = 1;
        )),
        Some("a constant")
    );
    assert_eq!(
        kind(quote!(
            const fn f() {}
        )),
        None
    );
    assert_eq!(
        kind(quote!(
            async fn f() {}
        )),
        None
    );
}
