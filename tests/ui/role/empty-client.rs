use actix_web::HttpResponse;
use rbac_core::require_role;

#[require_role("auditor", client = "")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
