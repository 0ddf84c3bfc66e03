use actix_web::HttpResponse;
use rbac_core::authenticated;

#[authenticated("data:read")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {}
