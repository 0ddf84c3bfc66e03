use actix_web::{HttpResponse, web};
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(body: web::Json<impl serde::de::DeserializeOwned>) -> HttpResponse {
    drop(body);
    HttpResponse::Ok().finish()
}

fn main() {}
