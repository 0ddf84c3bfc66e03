//! For a scraper.

use actix_web::{HttpResponse, get};
use rbac_core::public;

use crate::metrics;

/// What was decided and what the issuer was asked, as numbers.
#[public(
    reason = "numbers by permission and outcome, without names; the proxy in front keeps the path inside"
)]
#[get("/metrics")]
pub(super) async fn scrape() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(metrics::render())
}
