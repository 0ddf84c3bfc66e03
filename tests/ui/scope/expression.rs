use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

#[derive(serde::Deserialize)]
struct Report {
    department: String,
}

#[require_permission("data:read", scope = body.department)]
async fn handler(body: web::Json<Report>) -> HttpResponse {
    HttpResponse::Ok().body(body.into_inner().department)
}

fn main() {}
