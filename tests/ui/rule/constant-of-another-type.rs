use actix_web::HttpResponse;
use rbac_core::require_permission;

const DATA_READ: &str = "data:read";

#[require_permission(DATA_READ)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
