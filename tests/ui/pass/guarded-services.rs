//! Registration that takes annotated handlers only.

#![deny(warnings)]

use actix_web::{Responder, get, routes, web};
use rbac_core::{authenticated, guarded, public, require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

#[public(reason = "a probe has no token")]
#[get("/probe")]
async fn probe() -> impl Responder {
    "alive"
}

#[require_role("auditor")]
#[cfg_attr(all(), require_permission("data:read"))]
#[routes]
#[get("/one")]
#[post("/two")]
async fn many() -> impl Responder {
    "many"
}

#[require_permission("data:read")]
#[cfg(any())]
#[get("/absent")]
async fn absent() -> impl Responder {
    "absent"
}

#[authenticated]
async fn by_hand() -> impl Responder {
    "by hand"
}

#[actix_web::scope("/inner")]
mod inner {
    #[rbac_core::authenticated]
    #[actix_web::get("/r#match")]
    pub(super) async fn r#match() -> &'static str {
        "inner"
    }

    #[rbac_core::authenticated]
    #[get("/me")]
    pub(super) async fn me() -> &'static str {
        "me"
    }

    use actix_web::get;
}

fn configure(config: &mut web::ServiceConfig) {
    guarded(config)
        .service(probe)
        .service(many)
        .service(inner::r#match)
        .scope("/api", |api| {
            api.route("/by-hand", web::get(), by_hand).service(inner::me);
        });
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
    let auditor = issuer.sign(&issuer.claims("carol").realm_roles(&["auditor"]));
    assert_eq!(app.call("GET", "/probe", &[], None).await.status, 200);
    for path in ["/one", "/api/by-hand", "/api/inner/me"] {
        assert_eq!(app.get(path, &bob).await.status, 200, "{path}");
        assert_eq!(app.call("GET", path, &[], None).await.status, 401, "{path}");
    }
    assert_eq!(app.get("/one", &auditor).await.status, 403);
}
