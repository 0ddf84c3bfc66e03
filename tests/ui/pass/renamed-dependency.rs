//! The dependency under another name, as in `rbac = { package = "rbac-core", .. }`.

use actix_web::{Responder, get, web};
use rbac_tests::{FakeIssuer, TestApp};

mod rbac_core {}

mod names {
    pub mod access {
        pub use ::rbac_core::*;
    }
}

mod handlers {
    use super::*;
    use crate::names::access as rbac;
    use rbac::{require_permission, require_role};

    #[require_permission("data:read", crate = rbac)]
    #[get("/alias")]
    pub async fn alias() -> impl Responder {
        "alias"
    }

    #[require_permission("data:read", crate = crate::names::access)]
    #[require_role("auditor")]
    #[get("/path")]
    pub async fn path() -> impl Responder {
        "path"
    }

    #[get("/below")]
    #[require_permission("data:read", crate = rbac)]
    pub async fn below() -> impl Responder {
        "below"
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(handlers::alias)
        .service(handlers::path)
        .service(handlers::below);
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
    for path in ["/alias", "/path", "/below"] {
        assert_eq!(app.get(path, &bob).await.status, 200, "{path}");
        assert_eq!(app.get(path, &carol).await.status, 403, "{path}");
    }
}
