use actix_web::HttpResponse;
use rbac_core::require_role;

#[require_role(role("auditor", client = "crm"), client = "erp")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
