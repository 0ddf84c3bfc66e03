use actix_web::{HttpResponse, web};
use rbac_core::{Principal, Verdict};
use rbac_core::require_permission;

fn may_see(_: &Principal, id: &u64) -> Verdict {
    if *id == 1 { Verdict::Allow } else { Verdict::Hide }
}

#[require_permission("data:read", check = may_see(*id))]
async fn handler(id: web::Path<u64>) -> HttpResponse {
    HttpResponse::Ok().body(id.to_string())
}

fn main() {}
