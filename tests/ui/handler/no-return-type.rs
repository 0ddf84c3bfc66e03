use rbac_core::require_permission;

#[require_permission("data:read")]
async fn handler() {}

fn main() {}
