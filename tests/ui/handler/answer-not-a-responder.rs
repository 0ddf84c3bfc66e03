use rbac_core::require_permission;

struct Answer;

#[require_permission("data:read")]
async fn handler() -> Answer {
    Answer
}

fn main() {}
