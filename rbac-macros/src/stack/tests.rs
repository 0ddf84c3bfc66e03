use syn::parse::Parser;

use super::*;

fn text(tokens: &TokenStream) -> String {
    tokens.to_string()
}

/// The handler, without what marks it as a guarded service.
fn handler_of(expanded: TokenStream) -> Handler {
    let parser = |input: ParseStream<'_>| {
        let handler = input.parse()?;
        input.parse::<TokenStream>().map(|_| handler)
    };
    parser.parse2(expanded).unwrap()
}

fn first(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(kind, args, item)
}

#[test]
fn the_guard_is_moved_behind_the_macros_that_must_see_the_function() {
    let moved = first(
        Kind::RequirePermission,
        quote!("data:write", scope = "department"),
        quote! {
            /// Writes.
            #[utoipa::path(..)]
            #[post("/{department}")]
            #[require_role("auditor")]
            async fn write(body: String) -> String { body }
        },
    );
    let handler = handler_of(moved);
    let names: Vec<_> = handler
        .attrs
        .iter()
        .filter_map(|one| one.path().segments.last())
        .collect();
    assert!(matches!(names.as_slice(), [doc, path, post, guard]
        if doc.ident == "doc" && path.ident == "path" && post.ident == "post" && guard.ident == GUARD));
}

#[test]
fn a_moved_handler_does_not_compile_without_its_guard() {
    let moved = first(
        Kind::Authenticated,
        quote!(),
        quote!(
            #[instrument]
            #[get("/")]
            async fn f() -> u8 {
                1
            }
        ),
    );
    let handler = handler_of(moved);
    let seal = expand::seal();
    let broken = quote!(const _: #seal = (););
    assert!(text(&handler.body.stream()).starts_with(&text(&broken)));
    // The guard alone brings what the body names.
    let guard = handler
        .attrs
        .last()
        .map(|attribute| attribute.parse_args::<TokenStream>().unwrap())
        .unwrap();
    let bare = Handler {
        attrs: Vec::new(),
        ..handler
    };
    let expanded = super::guard(guard, bare.into_token_stream());
    assert!(text(&expanded).contains(&text(&quote!(type #seal = ();))));
}

#[test]
fn what_the_last_visit_gets_is_what_was_written() {
    let moved = first(
        Kind::RequirePermission,
        quote!(any("a:b", C), scope("d", value = body.d), crate = rbac),
        quote!(
            #[instrument]
            #[routes]
            #[get("/a")]
            #[post("/b")]
            #[authenticated]
            async fn f(body: B) -> u8 {
                1
            }
        ),
    );
    let handler = handler_of(moved);
    let guard = handler
        .attrs
        .last()
        .map(|attribute| text(&attribute.to_token_stream()))
        .unwrap();
    let expected = quote! {
        #[rbac::__private::__guard(
            routes(("GET", "/a"), ("POST", "/b")),
            require_permission(any("a:b", C), scope("d", value = body.d), crate = rbac),
            authenticated()
        )]
    };
    assert_eq!(guard, text(&expected));
}

#[test]
fn a_guard_that_was_moved_already_is_taken_in() {
    let item = quote! {
        #[instrument]
        #[get("/a")]
        #[::rbac_core::__private::__guard(routes(("GET", "/a")), require_permission("a:b"))]
        async fn f() -> u8 { 1 }
    };
    let moved = first(Kind::RequireRole, quote!("auditor"), item);
    let handler = handler_of(moved);
    let guard = handler
        .attrs
        .last()
        .map(|attribute| text(&attribute.to_token_stream()))
        .unwrap();
    let expected = quote! {
        #[::rbac_core::__private::__guard(
            routes(("GET", "/a")), require_role("auditor"), require_permission("a:b")
        )]
    };
    assert_eq!(guard, text(&expected));
    assert_eq!(
        text(&handler.body.stream()),
        "1",
        "its body carries the seal since the first time"
    );
}

#[test]
fn a_guard_that_cannot_be_read_is_an_error() {
    for guard in [
        quote!(#[__guard]),
        quote!(#[__guard(routes(1))]),
        quote!(#[__guard(other("a:b"))]),
    ] {
        let expanded = first(
            Kind::RequireRole,
            quote!("auditor"),
            quote!(#guard async fn f() -> u8 { 1 }),
        );
        assert!(text(&expanded).contains("compile_error"), "{guard}");
    }
    for args in [quote!(), quote!(routes()), quote!(other("a:b")), quote!(;)] {
        let expanded = guard(
            args.clone(),
            quote!(
                async fn f() -> u8 {
                    1
                }
            ),
        );
        assert!(text(&expanded).contains("compile_error"), "{args}");
    }
}

#[test]
fn the_word_for_merged_attributes_opens_nothing() {
    let word = Ident::new(merged::MERGED, Span::call_site());
    for kind in [
        Kind::RequirePermission,
        Kind::RequireRole,
        Kind::Authenticated,
        Kind::Public,
    ] {
        let nothing = first(
            kind,
            quote!(#word),
            quote!(
                const _: () = ();
            ),
        );
        assert!(nothing.is_empty());
        let expanded = text(&first(
            kind,
            quote!(#word),
            quote!(
                async fn f() -> u8 {
                    1
                }
            ),
        ));
        assert!(
            expanded.contains("compile_error") || expanded.contains("__rbac_call . run"),
            "{expanded}"
        );
    }
}

#[test]
fn every_fault_of_a_stack_is_reported_at_once() {
    let expanded = first(
        Kind::RequirePermission,
        quote!("a", acr = ""),
        quote!(
            #[require_role("")]
            #[public]
            async fn f() -> u8 {
                1
            }
        ),
    );
    assert_eq!(text(&expanded).matches("compile_error").count(), 5, "{expanded}");
}

#[test]
fn an_error_leaves_the_item_in_place() {
    let item = quote!(#[get("/")] pub async fn f(body: B) -> u8 { half. });
    let expanded = text(&first(Kind::RequirePermission, quote!("a"), item.clone()));
    assert!(expanded.contains(&text(&item)), "{expanded}");
    assert!(
        expanded.contains("Guarded for f"),
        "registering it is no second error: {expanded}"
    );
    let expanded = text(&first(
        Kind::RequirePermission,
        quote!("a:b"),
        quote!(
            struct S;
        ),
    ));
    assert!(expanded.ends_with("struct S ;"), "{expanded}");
}

mod robustness;

#[test]
fn actixs_own_attributes_stay_above_the_guarded_handler() {
    let expanded = first(
        Kind::Authenticated,
        quote!(),
        quote!(
            #[get("/")]
            async fn f() -> u8 {
                1
            }
        ),
    );
    let handler = handler_of(expanded);
    assert!(matches!(handler.attrs.as_slice(), [get] if get.path().is_ident("get")));
    assert!(text(&handler.body.stream()).contains("__RBAC_RULE"));
}
