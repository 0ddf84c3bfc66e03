use actix_web::HttpResponse;
use rbac_core::require_role;

#[allow(dead_code)]
const AUDITOR: &str = "auditor";

#[require_role(AUDITOR)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
