use actix_web::HttpResponse;
use rbac_core::require_permission;


trait Api {
    #[require_permission("data:read")]
    async fn handler(&self) -> HttpResponse;
}

fn main() {}
