use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission(role(client = "crm"))]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
