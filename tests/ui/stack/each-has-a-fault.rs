use actix_web::HttpResponse;
use rbac_core::{require_permission, require_role};

#[require_permission("data")]
#[require_role("")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
