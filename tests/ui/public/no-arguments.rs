use actix_web::HttpResponse;
use rbac_core::public;

#[public()]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
