use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission(any(all("data:read", "data"), role("auditor")))]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
