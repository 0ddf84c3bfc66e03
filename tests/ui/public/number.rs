use actix_web::HttpResponse;
use rbac_core::public;

#[public(reason = 1)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
