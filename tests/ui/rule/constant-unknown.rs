use actix_web::HttpResponse;
use rbac_core::require_permission;

#[allow(dead_code)]
const DATA_READ: rbac_core::Permission = rbac_core::Permission::new("data:read");

#[require_permission(DATA_RAED)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
