//! `#[cfg(..)]` on arguments and on the handler.

#![deny(warnings)]

use actix_web::{Responder, get, web};
use rbac_core::{Principal, require_permission};
use rbac_tests::{FakeIssuer, TestApp};

#[require_permission("data:read", scope("department", value = department))]
#[get("/arguments/{department}")]
async fn arguments(
    #[cfg(all())] user: Principal,
    department: web::Path<String>,
    #[cfg(any())] missing: Missing,
    #[cfg(all())]
    #[cfg(not(any()))]
    #[allow(unused_variables)]
    ignored: Principal,
) -> impl Responder {
    format!("{} {department}", user.subject())
}

/// There on every system.
#[require_permission("data:read")]
#[cfg(all())]
#[get("/present")]
async fn present() -> impl Responder {
    "present"
}

/// There on no system, so that nothing of it may be compiled.
#[require_permission("data:read")]
#[cfg(any())]
#[get("/absent")]
async fn absent(missing: Missing) -> impl Responder {
    missing
}

#[cfg_attr(all(), require_permission("data:read"))]
#[get("/attributed")]
async fn attributed() -> impl Responder {
    "attributed"
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(arguments).service(present).service(attributed);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]).departments(&["it"]));
    let carol = issuer.sign(&issuer.claims("carol"));
    assert_eq!(app.get("/arguments/it", &bob).await.body, "id-of-bob it");
    assert_eq!(app.get("/arguments/hr", &bob).await.status, 403);
    for path in ["/present", "/attributed"] {
        assert_eq!(app.get(path, &bob).await.status, 200, "{path}");
        assert_eq!(app.get(path, &carol).await.status, 403, "{path}");
    }
}
