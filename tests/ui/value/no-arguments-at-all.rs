use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("reports:generate", scope("department", value = body.department))]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
