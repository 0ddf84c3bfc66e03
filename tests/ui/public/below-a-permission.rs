use actix_web::HttpResponse;
use rbac_core::{public, require_permission};

#[require_permission("data:read")]
#[actix_web::get("/")]
#[public(reason = "health check")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
