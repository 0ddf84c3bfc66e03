use actix_web::{HttpResponse, web};
use rbac_core::Principal;
use rbac_core::require_permission;

async fn may_see(_: &Principal, id: &u64) -> bool {
    *id == 1
}

#[require_permission("data:read", check = may_see(*id))]
async fn handler(id: web::Path<u64>) -> HttpResponse {
    HttpResponse::Ok().body(id.to_string())
}

fn main() {}
