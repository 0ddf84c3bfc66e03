use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission(any("data:read" | "data:write", "data:list"))]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
