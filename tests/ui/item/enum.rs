use rbac_core::require_permission;

#[require_permission("data:read")]
enum Handler {}

fn main() {}
