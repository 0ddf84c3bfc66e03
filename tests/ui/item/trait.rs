use rbac_core::require_permission;

#[require_permission("data:read")]
trait Api {}

fn main() {}
