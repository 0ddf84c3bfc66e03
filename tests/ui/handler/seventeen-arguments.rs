use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler(
    a0: String,
    a1: String,
    a2: String,
    a3: String,
    a4: String,
    a5: String,
    a6: String,
    a7: String,
    a8: String,
    a9: String,
    a10: String,
    a11: String,
    a12: String,
    a13: String,
    a14: String,
    a15: String,
    a16: String,
) -> HttpResponse {
    drop([a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16]);
    HttpResponse::Ok().finish()
}

fn main() {}
