//! Roles of every name that Keycloak allows, and permissions to the edge of their grammar.

use actix_web::{Responder, get, web};
use rbac_core::{require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

#[require_role(all("Prüfer (extern)", "data:*", "a,b || c"))]
#[get("/roles")]
async fn roles() -> impl Responder {
    "roles"
}

#[require_permission(any("v1.user-profile:read_all", r"A.B-C_9:x"))]
#[get("/permissions")]
async fn permissions() -> impl Responder {
    "permissions"
}

#[require_role(any(role("auditor", client = "crm"), "auditor"))]
#[get("/either")]
async fn either() -> impl Responder {
    "either"
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(roles).service(permissions).service(either);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let all = issuer.sign(
        &issuer
            .claims("a")
            .realm_roles(&["Prüfer (extern)", "data:*", "a,b || c"]),
    );
    let some = issuer.sign(&issuer.claims("b").realm_roles(&["data:*", "a,b || c"]));
    assert_eq!(app.get("/roles", &all).await.status, 200);
    assert_eq!(app.get("/roles", &some).await.status, 403);
    let reader = issuer.sign(&issuer.claims("c").roles(&["A.B-C_9:x"]));
    assert_eq!(app.get("/permissions", &reader).await.status, 200);
    assert_eq!(app.get("/permissions", &all).await.status, 403);
    assert_eq!(
        app.get(
            "/either",
            &issuer.sign(&issuer.claims("d").realm_roles(&["auditor"]))
        )
        .await
        .status,
        200
    );
    assert_eq!(
        app.get("/either", &issuer.sign(&issuer.claims("e").roles(&["auditor"])))
            .await
            .status,
        403
    );
}
