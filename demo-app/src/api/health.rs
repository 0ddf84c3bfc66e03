//! Probes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use rbac_core::{Rbac, Readiness, public};
use serde_json::json;

use crate::problem::problem;

/// Whether the process answers at all.
#[public(reason = "a probe has no credentials")]
#[get("/health/live")]
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

/// Whether tokens can be judged: 503 says why not.
#[public(reason = "a probe has no credentials")]
#[get("/health/ready")]
pub(super) async fn ready(rbac: web::Data<Rbac>) -> HttpResponse {
    match rbac.readiness().await {
        Readiness::Ready => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Readiness::NotReady(reason) => problem(StatusCode::SERVICE_UNAVAILABLE, Some(&reason.to_string())),
        _ => problem(StatusCode::SERVICE_UNAVAILABLE, None),
    }
}
