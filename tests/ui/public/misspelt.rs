use actix_web::HttpResponse;
use rbac_core::public;

#[public(raison = "health check")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
