use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler() -> HttpResponse {
    let answer = HttpResponse::
}

fn main() {}
