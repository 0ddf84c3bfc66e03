use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler<#[cfg(unix)] T: Default>() -> HttpResponse {
    drop(T::default());
    HttpResponse::Ok().finish()
}

fn main() {}
