use actix_web::HttpResponse;
use rbac_core::public;

#[public(reason = "open data", require = "data:read")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
