use actix_web::HttpResponse;
use rbac_core::require_role;

#[require_role(__rbac_merged)]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
