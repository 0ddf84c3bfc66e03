use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async extern "C" fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
