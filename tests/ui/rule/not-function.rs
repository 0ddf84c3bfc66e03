use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission(not("data:read"))]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
