use actix_web::HttpResponse;
use rbac_core::{require_permission, require_role};

#[require_permission("data:read", acr = "gold")]
#[require_role("auditor", acr = "silver")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
