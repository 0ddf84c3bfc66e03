use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(name: &str) -> HttpResponse {
    HttpResponse::Ok().body(name.to_owned())
}

fn main() {}
