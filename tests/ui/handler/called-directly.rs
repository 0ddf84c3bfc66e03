use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(name: web::Path<String>) -> HttpResponse {
    HttpResponse::Ok().body(name.into_inner())
}

#[allow(dead_code)]
async fn around_the_guard() -> HttpResponse {
    handler(web::Path::from(String::new())).await
}

fn main() {}
