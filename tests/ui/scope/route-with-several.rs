use actix_web::{HttpResponse, get};
use rbac_core::require_permission;

#[require_permission("data:read", scope("department", path = "id"))]
#[get("/{tenant}/{ids:[0-9]{1,3}}/{tail}*")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
