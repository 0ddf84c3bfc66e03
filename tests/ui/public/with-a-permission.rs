use actix_web::HttpResponse;
use rbac_core::{public, require_permission};

#[public(reason = "health check")]
#[require_permission("data:read")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
