use rbac_core::require_permission;

#[require_permission("data:read")]
struct Handler;

fn main() {}
