use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(
    #[cfg(unix)] a0: String,
    #[cfg(unix)] a1: String,
    #[cfg(unix)] a2: String,
    #[cfg(unix)] a3: String,
) -> HttpResponse {
    drop([a0, a1, a2, a3]);
    HttpResponse::Ok().finish()
}

fn main() {}
