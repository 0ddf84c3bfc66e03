//! A crate without a prelude.

#![no_implicit_prelude]
#![deny(warnings)]

use ::rbac_core::require_permission;

#[require_permission(all("data:read", role("auditor")), scope("department", value = *path), check = fine(path))]
async fn handler(path: ::actix_web::web::Path<::std::string::String>) -> ::actix_web::HttpResponse {
    ::actix_web::HttpResponse::Ok().body(path.into_inner())
}

async fn fine(_: &::rbac_core::Principal, _: &str) -> ::rbac_core::Verdict {
    ::rbac_core::Verdict::Allow
}

fn main() {
    let _ = handler;
    ::std::assert_eq!(::rbac_core::rules().len(), 1);
}
