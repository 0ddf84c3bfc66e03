//! No lint of rustc has anything to say about the expansion, however strict the crate.

#![deny(warnings)]
#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    unreachable_pub,
    unused,
    nonstandard_style,
    future_incompatible,
    let_underscore,
    rust_2018_idioms,
    rust_2024_compatibility,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents,
    meta_variable_misuse,
    missing_debug_implementations,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    variant_size_differences
)]

use actix_web::{Responder, get, post, web};
use rbac_core::{Permission, Principal, Verdict, authenticated, public, require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

const DATA_WRITE: Permission = Permission::new("data:write");

/// Says hello.
#[public(reason = "a probe must work without a token")]
#[get("/open")]
#[must_use]
async fn open(user: Option<Principal>) -> impl Responder {
    user.map_or_else(String::new, |user| user.subject().to_owned())
}

/// Writes, if anybody does.
#[require_permission(
    any(DATA_WRITE, all("data:list", role("auditor", client = "crm"))),
    scope = "department",
    scope("department", value = body.as_str()),
    check = short(*body),
    admin_bypass = false
)]
#[require_role(any("user", "auditor"))]
#[authenticated]
#[post("/{department}")]
#[expect(unused_variables, reason = "the test is that the expectation is met")]
async fn write(
    user: Principal,
    path: web::Path<String>,
    body: web::Json<String>,
) -> Result<impl Responder, actix_web::Error> {
    Ok("written")
}

async fn short(_: &Principal, text: &str) -> Verdict {
    if text.len() < 10 {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(open).service(write);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let claims = issuer
        .claims("dave")
        .roles(&["data:write"])
        .realm_roles(&["user"]);
    let dave = issuer.sign(&claims.departments(&["finance"]));
    assert_eq!(app.get("/open", &dave).await.body, "id-of-dave");
    assert_eq!(app.post("/finance", &dave, "\"finance\"").await.body, "written");
    assert_eq!(app.post("/finance", &dave, "\"hr\"").await.status, 403);
}
