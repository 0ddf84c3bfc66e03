//! What the attributes' expansions name. Not for other use: it changes without notice.

pub use crate::actix::{Admitted, Answer, Call, Guarded};
pub use crate::catalogue::RegisteredCatalogue;
pub use crate::policy::{Boundary, Condition, Requirement};
pub use crate::rule::{Registered, Route, Rule, Site};
pub use actix_web::HttpResponse;
pub use inventory;
pub use rbac_macros::__guard;
