use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler<'a>(data: web::Data<&'a str>) -> HttpResponse {
    HttpResponse::Ok().body(data.to_string())
}

fn main() {}
