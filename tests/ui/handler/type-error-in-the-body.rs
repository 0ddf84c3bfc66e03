use actix_web::HttpResponse;
use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler() -> HttpResponse {
    let answer: u8 = "text";
    HttpResponse::Ok().body(answer.to_string())
}

fn main() {}
