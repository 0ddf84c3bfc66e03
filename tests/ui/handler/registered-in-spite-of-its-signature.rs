use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

#[require_permission("data:read")]
fn handler(name: &str) -> HttpResponse {
    HttpResponse::Ok().body(name.to_owned())
}

fn configure(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(handler));
}

const _: fn(&mut web::ServiceConfig) = configure;

fn main() {}
