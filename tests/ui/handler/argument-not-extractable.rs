use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

struct Report;

#[require_permission("data:read")]
async fn handler(name: web::Data<u8>, body: Report) -> HttpResponse {
    drop((name, body));
    HttpResponse::Ok().finish()
}

fn main() {}
