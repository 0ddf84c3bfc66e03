use actix_web::HttpResponse;
use rbac_core::require_role;

#[rbac_core::require_permission("data:read")]
#[require_role = "auditor"]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
