use actix_web::HttpResponse;
use rbac_core::public;

#[public(reason = "health check", admin_bypass = false)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
