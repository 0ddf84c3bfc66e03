use actix_web::{HttpResponse, routes};
use rbac_core::require_permission;

#[require_permission("data:read", scope = "department")]
#[routes]
#[get("/{department}/data")]
#[get("/data")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
