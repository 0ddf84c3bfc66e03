use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(name: &'static str) -> HttpResponse {
    HttpResponse::Ok().body(name)
}

fn main() {}
