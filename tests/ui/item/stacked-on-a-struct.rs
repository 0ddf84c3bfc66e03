#[rbac_core::require_permission("data:read")]
#[rbac_core::require_role("auditor")]
struct Handler;

fn main() {}
