use rbac_core::require_permission;

#[require_permission("data:read")]
mod api {}

fn main() {}
