use actix_web::get;
use rbac_core::require_permission;

struct Answer;

#[require_permission("data:read")]
#[get("/")]
async fn handler() -> Answer {
    Answer
}

fn main() {}
