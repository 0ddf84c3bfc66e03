use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
