use actix_web::get;
use rbac_core::require_permission;

#[require_permission("data:read")]
#[get("/")]
async fn handler() -> () {}

fn main() {}
