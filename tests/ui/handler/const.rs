use rbac_core::require_permission;

#[require_permission("data:read")]
const fn handler() -> u8 {
    1
}

fn main() {}
