//! `#[tracing::instrument]` sees the handler's own arguments, above and below.

use actix_web::{Responder, get, web};
use rbac_core::{Principal, require_permission};
use rbac_tests::{FakeIssuer, TestApp};

#[tracing::instrument(skip(user), fields(subject = user.subject()))]
#[require_permission("data:read", scope = "department")]
#[get("/first/{department}")]
async fn first(user: Principal, department: web::Path<String>) -> impl Responder {
    tracing::info!("reading");
    format!("{} reads {department}", user.subject())
}

#[require_permission("data:read", scope = "department")]
#[tracing::instrument(skip_all, fields(%department))]
#[get("/second/{department}")]
async fn second(user: Principal, department: web::Path<String>) -> Result<impl Responder, actix_web::Error> {
    tracing::info!("reading");
    Ok(format!("{} reads {department}", user.subject()))
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(first).service(second);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(
        &issuer
            .claims("bob")
            .roles(&["data:read"])
            .departments(&["finance"]),
    );
    for path in ["/first", "/second"] {
        assert_eq!(
            app.get(&format!("{path}/finance"), &bob).await.body,
            "id-of-bob reads finance"
        );
        assert_eq!(app.get(&format!("{path}/hr"), &bob).await.status, 403);
    }
}
