use actix_web::HttpResponse;
use rbac_core::require_role;

#[require_role('a')]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
