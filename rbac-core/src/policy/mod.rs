//! What a handler demands, as data, and the pure decision over it.
//!
//! Nothing here knows HTTP, tokens or time: [`decide`] looks at a [`Principal`](crate::Principal), a [`Requirement`] and
//! the [`Facts`] of one request, and answers with a [`Decision`].

mod boundary;
mod condition;
mod decision;
mod explain;
#[cfg(test)]
mod properties;
mod requirement;
mod step_up;
#[cfg(test)]
mod tests;

pub use boundary::{Boundary, BoundaryValue, Facts, Source};
pub use condition::Condition;
use decision::holds;
pub use decision::{AllowReason, Decision, DenyReason, decide, decide_boundary, decide_condition};
pub(crate) use decision::{bypasses, within};
pub use explain::{
    AdminBypassFinding, BoundaryFinding, CheckFinding, Conclusion, ConditionFinding, Difference, Explanation,
    NearMiss, RolesOfSource, State, StepUpFinding, explain,
};
pub use requirement::Requirement;
pub use step_up::needs_step_up;
