use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read", max_age = "99999999999999999999d")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
