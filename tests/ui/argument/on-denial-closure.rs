use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read", on_denial = |_, _| HttpResponse::Forbidden().finish())]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
