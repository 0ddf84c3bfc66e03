use actix_web::HttpResponse;
use rbac_core::{authenticated, require_permission};

#[authenticated]
#[require_permission]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
