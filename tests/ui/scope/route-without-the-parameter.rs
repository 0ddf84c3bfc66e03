use actix_web::{HttpResponse, get};
use rbac_core::require_permission;

#[require_permission("data:read", scope = "department")]
#[get("/api/{dept}/data")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
