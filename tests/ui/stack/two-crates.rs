use actix_web::HttpResponse;
use rbac_core::{require_permission, require_role};

#[require_permission("data:read", crate = ::rbac_core)]
#[require_role("auditor", crate = rbac_core)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
