use actix_web::HttpResponse;
use rbac_core::require_permission;

#[allow(dead_code)]
fn denied() -> HttpResponse {
    HttpResponse::Forbidden().finish()
}

#[require_permission("data:read", on_denial = denied())]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
