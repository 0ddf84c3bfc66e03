use actix_web::{HttpResponse, get, web};
use rbac_core::require_permission;

#[require_permission("data")]
#[get("/")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(handler);
}

const _: fn(&mut web::ServiceConfig) = configure;

fn main() {}
