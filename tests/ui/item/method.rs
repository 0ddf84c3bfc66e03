use actix_web::HttpResponse;
use rbac_core::require_permission;

struct Api;


impl Api {
    #[require_permission("data:read")]
    async fn handler(&self) -> HttpResponse {
        HttpResponse::Ok().finish()
    }
}

fn main() {}
