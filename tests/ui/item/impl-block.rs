use actix_web::HttpResponse;
use rbac_core::require_permission;

struct Api;

#[require_permission("data:read")]
impl Api {
    async fn handler() -> HttpResponse {
        HttpResponse::Ok().finish()
    }
}

fn main() {}
