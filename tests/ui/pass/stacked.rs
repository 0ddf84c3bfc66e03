//! Stacked attributes mean all of them, wherever each of them stands; nothing is unused.

#![deny(warnings)]

use actix_web::{Responder, get, web};
use rbac_core::{authenticated, require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

#[require_permission("data:read")]
#[require_role("auditor")]
#[get("/{department}/adjacent")]
async fn adjacent() -> impl Responder {
    "adjacent"
}

#[authenticated(scope = "department")]
#[get("/{department}/around")]
#[require_permission("data:read")]
#[allow(clippy::unused_async, reason = "it shows that lint levels may stand between")]
#[require_role("auditor")]
async fn around() -> impl Responder {
    "around"
}

#[get("/{department}/below")]
#[require_role("auditor")]
#[require_permission("data:read", scope = "department")]
async fn below() -> impl Responder {
    "below"
}

#[require_permission("data:read")]
#[cfg_attr(all(), require_role("auditor"))]
#[cfg_attr(any(), require_role("nobody"))]
#[get("/{department}/conditional")]
async fn conditional() -> impl Responder {
    "conditional"
}

#[require_permission("data:read")]
#[require_role("auditor", admin_bypass = false)]
#[get("/{department}/strict")]
async fn strict() -> impl Responder {
    "strict"
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(adjacent)
        .service(around)
        .service(below)
        .service(conditional)
        .service(strict);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let claims = || issuer.claims("bob").departments(&["it"]);
    let both = issuer.sign(&claims().roles(&["data:read"]).realm_roles(&["auditor"]));
    let reader = issuer.sign(&claims().roles(&["data:read"]));
    let auditor = issuer.sign(&claims().realm_roles(&["auditor"]));
    let admin = issuer.sign(&claims().realm_roles(&["admin"]));
    let auditing_admin = issuer.sign(&claims().realm_roles(&["admin", "auditor"]));
    for path in [
        "/it/adjacent",
        "/it/around",
        "/it/below",
        "/it/conditional",
        "/it/strict",
    ] {
        assert_eq!(app.get(path, &both).await.status, 200, "{path}");
        assert_eq!(app.get(path, &reader).await.status, 403, "{path}");
        assert_eq!(app.get(path, &auditor).await.status, 403, "{path}");
        assert_eq!(app.get(path, &admin).await.status, 403, "{path}");
        let bypass = if path == "/it/strict" { 403 } else { 200 };
        assert_eq!(app.get(path, &auditing_admin).await.status, bypass, "{path}");
    }
    assert_eq!(app.get("/hr/around", &both).await.status, 403);
    assert_eq!(app.get("/hr/below", &both).await.status, 403);
    assert_eq!(app.get("/hr/adjacent", &both).await.status, 200);
}
