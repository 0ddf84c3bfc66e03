use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(body: impl actix_web::FromRequest) -> HttpResponse {
    drop(body);
    HttpResponse::Ok().finish()
}

fn main() {}
