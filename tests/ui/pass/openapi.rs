//! utoipa sees the handler as it was written, wherever the attribute stands.

use actix_web::{Responder, post, web};
use rbac_core::{Principal, require_permission};
use rbac_tests::{FakeIssuer, TestApp};
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

#[derive(Deserialize, ToSchema)]
struct NewRecord {
    title: String,
}

/// Writes a record.
#[require_permission("data:write", scope = "department")]
#[utoipa::path(responses((status = 201)))]
#[post("/first/{department}")]
async fn first(_user: Principal, path: web::Path<String>, body: web::Json<NewRecord>) -> impl Responder {
    format!("{path}: {}", body.title)
}

/// Writes a record.
#[utoipa::path(responses((status = 201)))]
#[require_permission("data:write", scope = "department")]
#[post("/second/{department}")]
async fn second(_user: Principal, path: web::Path<String>, body: web::Json<NewRecord>) -> impl Responder {
    format!("{path}: {}", body.title)
}

/// Writes a record.
#[utoipa::path(responses((status = 201)))]
#[post("/third/{department}")]
#[require_permission("data:write", scope = "department")]
async fn third(_user: Principal, path: web::Path<String>, body: web::Json<NewRecord>) -> impl Responder {
    format!("{path}: {}", body.title)
}

#[derive(OpenApi)]
#[openapi(paths(first, second, third))]
struct Documentation;

fn configure(config: &mut web::ServiceConfig) {
    config.service(first).service(second).service(third);
}

#[actix_web::main]
async fn main() {
    let document = serde_json::to_value(Documentation::openapi()).unwrap();
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let writer = issuer.sign(
        &issuer
            .claims("dave")
            .roles(&["data:write"])
            .departments(&["finance"]),
    );
    for name in ["first", "second", "third"] {
        let operation = &document["paths"][format!("/{name}/{{department}}")]["post"];
        assert_eq!(operation["parameters"][0]["name"], "department", "{name}");
        assert!(
            operation["requestBody"].to_string().contains("NewRecord"),
            "{name}"
        );
        assert_eq!(operation["summary"], "Writes a record.", "{name}");
        let body = r#"{"title": "Q3"}"#;
        assert_eq!(
            app.post(&format!("/{name}/finance"), &writer, body).await.body,
            "finance: Q3"
        );
        assert_eq!(app.post(&format!("/{name}/hr"), &writer, body).await.status, 403);
    }
}
