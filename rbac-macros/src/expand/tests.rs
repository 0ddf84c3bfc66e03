//! What the attributes expand to, for a reader: `INSTA_UPDATE=always cargo test -p rbac-macros` writes it anew.

use proc_macro2::TokenStream;
use quote::quote;

use crate::args::Kind;
use crate::stack;

/// Without the input, which stands right here.
macro_rules! snapshot {
    ($shown:expr $(,)?) => {
        insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!($shown) })
    };
}

fn shown(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

fn permission(args: TokenStream, item: TokenStream) -> String {
    shown(stack::attribute(Kind::RequirePermission, args, item))
}

#[test]
fn a_permission() {
    snapshot!(permission(
        quote!("data:read"),
        quote! {
            /// Reads.
            #[must_use]
            pub(crate) async fn read() -> impl Responder {
                "data"
            }
        },
    ));
}

#[test]
fn every_argument() {
    let args = quote! {
        any("data:write", all(perms::LIST, role("auditor", client = "crm")), role("user")),
        scope = "department",
        scope("site", query = "s"),
        scope("tenant", header = "x-tenant"),
        scope("owner", value = body.owner),
        check = checks::may_write(store, *id),
        admin_bypass = false,
        fresh,
        acr = "gold",
        max_age = "5m",
        on_denial = pages::denied
    };
    snapshot!(permission(
        args,
        quote! {
            async fn write(
                user: Principal,
                store: web::Data<Store>,
                id: web::Path<u64>,
                mut body: web::Json<NewRecord>,
            ) -> Result<impl Responder, AppError> {
                let record = store.write(&user, *id, body.into_inner()).await?;
                Ok(web::Json(record))
            }
        },
    ));
}

#[test]
fn above_other_macros() {
    snapshot!(permission(
        quote!("data:write", scope = "department"),
        quote! {
            #[utoipa::path(responses((status = 201)))]
            #[post("/api/departments/{department}/data")]
            #[require_role("auditor")]
            async fn write(user: Principal, body: web::Json<NewRecord>) -> impl Responder {
                body
            }
        },
    ));
}

#[test]
fn on_the_last_visit() {
    snapshot!(shown(stack::guard(
        quote!(
            routes(("POST", "/api/departments/{department}/data")),
            require_permission("data:write", scope = "department"),
            require_role("auditor")
        ),
        quote! {
            async fn write(user: Principal, body: web::Json<NewRecord>) -> impl Responder {
                const _: __rbac_guard_removed_by_another_attribute_macro = ();
                body
            }
        },
    )));
}

#[test]
fn generic_with_another_name_of_the_crate() {
    snapshot!(permission(
        quote!(PERMISSION, crate = rbac),
        quote! {
            async fn read<S, const N: usize>(store: web::Data<S>) -> impl Responder
            where
                S: Store + 'static,
            {
                store.read(N)
            }
        },
    ));
}

#[test]
fn patterns() {
    snapshot!(permission(
        quote!(
            "data:read",
            scope("department", value = department),
            check = small(size, whole.len())
        ),
        quote! {
            async fn page(
                web::Query(Page { mut department, size, marks }): web::Query<Page>,
                _: Principal,
                whole @ web::Bytes { .. }: web::Bytes,
            ) -> impl Responder {
                department
            }
        },
    ));
}

#[test]
fn conditional_arguments() {
    snapshot!(permission(
        quote!("data:read"),
        quote! {
            async fn read(#[cfg(unix)] a: A, #[cfg(feature = "x")] #[allow(unused)] b: B, c: C) -> impl Responder {
                c
            }
        },
    ));
}

#[test]
fn open_with_a_login() {
    snapshot!(shown(stack::attribute(
        Kind::Public,
        quote!(reason = "the front page"),
        quote! {
            async fn greeting(user: Option<Principal>) -> String {
                greet(user)
            }
        },
    )));
}

#[test]
fn a_fault_in_the_attribute() {
    snapshot!(permission(
        quote!("admin"),
        quote! {
            #[get("/")]
            async fn read() -> impl Responder {
                "data"
            }
        },
    ));
}

#[test]
fn a_fault_in_the_signature() {
    snapshot!(permission(
        quote!("data:read"),
        quote! {
            #[get("/")]
            pub fn read(name: &str) -> impl Responder {
                "data"
            }
        },
    ));
}
