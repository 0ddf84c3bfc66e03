use rbac_core::require_permission;

#[require_permission("data:read")]
const HANDLER: u8 = 1;

fn main() {}
