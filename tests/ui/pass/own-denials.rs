//! A handler's own answer to a denial.

#![deny(warnings)]

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder, get, web};
use rbac_core::{Denial, require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

mod pages {
    use super::*;

    pub fn to_the_login(_: &Denial, request: &HttpRequest) -> HttpResponse {
        let location = format!("/login?to={}", request.path());
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, location))
            .finish()
    }
}

#[require_permission("data:read", on_denial = pages::to_the_login)]
#[get("/page")]
async fn page() -> impl Responder {
    "page"
}

#[require_role("auditor")]
#[require_permission("data:read", on_denial = pages::to_the_login)]
#[get("/stacked")]
async fn stacked() -> impl Responder {
    "stacked"
}

#[require_permission("data:read")]
#[get("/plain")]
async fn plain() -> impl Responder {
    "plain"
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(page).service(stacked).service(plain);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(
        &issuer
            .claims("bob")
            .roles(&["data:read"])
            .realm_roles(&["auditor"]),
    );
    let carol = issuer.sign(&issuer.claims("carol"));
    for path in ["/page", "/stacked"] {
        assert_eq!(app.get(path, &bob).await.status, 200, "{path}");
        let denied = app.get(path, &carol).await;
        assert_eq!(denied.status, 303, "{path}");
        assert_eq!(
            denied.header("location"),
            Some(format!("/login?to={path}").as_str())
        );
    }
    assert_eq!(app.get("/plain", &bob).await.status, 200);
    assert_eq!(app.get("/plain", &carol).await.status, 403);
}
