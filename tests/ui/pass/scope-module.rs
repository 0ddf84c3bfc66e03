//! Within `#[scope]`, whose prefix counts for the parameters.

use actix_web::{scope, web};
use rbac_core::{Access, rules};
use rbac_tests::{FakeIssuer, TestApp};

#[scope("/api/{department}")]
mod api {
    use actix_web::{Responder, get, web};
    use rbac_core::require_permission;

    #[require_permission("data:read", scope = "department")]
    #[get("/data/{id}")]
    pub async fn data(path: web::Path<(String, u32)>) -> impl Responder {
        format!("{path:?}")
    }

    #[get("/below")]
    #[require_permission("data:read", scope = "department")]
    pub async fn below() -> impl Responder {
        "below"
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(api::data).service(api::below);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]).departments(&["it"]));
    for path in ["data/7", "below"] {
        assert_eq!(
            app.get(&format!("/api/it/{path}"), &bob).await.status,
            200,
            "{path}"
        );
        assert_eq!(
            app.get(&format!("/api/hr/{path}"), &bob).await.status,
            403,
            "{path}"
        );
    }
    let data = rules()
        .into_iter()
        .find(|rule| rule.site().handler() == "data")
        .unwrap();
    assert_eq!(data.site().routes()[0].path(), "/api/{department}/data/{id}");
    assert!(matches!(data.access(), Access::Protected(_)));
}
