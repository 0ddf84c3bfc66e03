//! The decision: a pure function of principal, requirement and facts.

use std::borrow::Cow;

use super::{BoundaryValue, Condition, Facts, Requirement};
use crate::principal::Principal;

/// What the policy answers.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Decision {
    /// The principal may.
    Allow(AllowReason),
    /// The principal may not.
    Deny(DenyReason),
}

/// Why the principal may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AllowReason {
    /// The requirement is met.
    Met,
    /// The admin bypass answered where the requirement would not have been met.
    AdminBypass,
}

/// Why the principal may not. For the log and the audit event, never for the caller.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DenyReason {
    /// Neither the roles nor the permissions suffice.
    #[error("the principal does not meet `{0}`")]
    Condition(String),
    /// The principal's attribute lacks the value, or there is no value on one of the sides.
    #[error("the principal's `{attribute}` does not contain the requested value")]
    Boundary {
        /// The principal's attribute.
        attribute: &'static str,
    },
    /// A check over the handler's arguments said no.
    #[error("the check `{0}` denied")]
    Check(&'static str),
}

impl std::fmt::Display for AllowReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Met => "the rule is met",
            Self::AdminBypass => "the admin bypass",
        })
    }
}

impl Decision {
    /// Whether the principal may.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// Both must allow; the first denial wins, and a bypass used anywhere is remembered.
    fn and(self, next: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Deny(_) => self,
            Self::Allow(AllowReason::Met) => next(),
            Self::Allow(AllowReason::AdminBypass) => match next() {
                Self::Allow(_) => self,
                denied @ Self::Deny(_) => denied,
            },
        }
    }
}

/// Decides the whole requirement: its condition and each of its boundaries.
///
/// ```
/// use rbac_core::policy::{Boundary, Condition, Facts, Requirement, decide};
/// # let bob = rbac_core::testing::principal("bob").client_role("myapp-backend", "data:read")
/// #     .attribute("department", &["finance"]).build();
/// // bob has the permission `data:read`, and his department is `finance`
/// let requirement = Requirement::new(Condition::permission("data:read"))
///     .boundaries(const { &[Boundary::path("department", "department")] });
///
/// let finance = Facts::default().with(0, vec!["finance".into()]);
/// assert!(decide(&bob, &requirement, &finance).is_allow());
///
/// let sales = Facts::default().with(0, vec!["sales".into()]);
/// assert!(!decide(&bob, &requirement, &sales).is_allow());
/// assert!(!decide(&bob, &requirement, &Facts::default()).is_allow(), "no value denies");
/// ```
pub fn decide(principal: &Principal, requirement: &Requirement, facts: &Facts) -> Decision {
    let boundaries = requirement.boundary_list().iter().enumerate();
    boundaries.fold(
        decide_condition(principal, requirement),
        |decision, (index, boundary)| {
            decision
                .and(|| decide_boundary(principal, requirement, boundary.attribute(), facts.values(index)))
        },
    )
}

/// Decides the permissions and roles of a requirement, before anything of the request is looked at.
pub fn decide_condition(principal: &Principal, requirement: &Requirement) -> Decision {
    let condition = requirement.condition();
    if holds(condition, principal, false) {
        return Decision::Allow(AllowReason::Met);
    }
    if bypasses(principal, requirement) && holds(condition, principal, true) {
        return Decision::Allow(AllowReason::AdminBypass);
    }
    Decision::Deny(DenyReason::Condition(condition.to_string()))
}

/// Decides one boundary: *each* of `values` must be among those of the principal's `attribute`.
///
/// # Security
/// No value, or an empty one, on either side denies, so that an absent claim can never equal an absent parameter.
pub fn decide_boundary(
    principal: &Principal,
    requirement: &Requirement,
    attribute: &'static str,
    values: &(impl BoundaryValue + ?Sized),
) -> Decision {
    if within(principal, attribute, values) {
        Decision::Allow(AllowReason::Met)
    } else if bypasses(principal, requirement) {
        Decision::Allow(AllowReason::AdminBypass)
    } else {
        Decision::Deny(DenyReason::Boundary { attribute })
    }
}

/// Whether the admin bypass answers for this principal and requirement.
pub(crate) fn bypasses(principal: &Principal, requirement: &Requirement) -> bool {
    requirement.admin_bypass() && principal.is_admin()
}

/// Whether each of `values` is among those of the principal's `attribute`; no value or an empty one is not.
pub(crate) fn within(principal: &Principal, attribute: &str, values: &(impl BoundaryValue + ?Sized)) -> bool {
    let mut wanted: Vec<Cow<'_, str>> = Vec::new();
    values.boundary_values(&mut wanted);
    let held = principal.attribute(attribute);
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|value| !value.is_empty() && held.iter().any(|had| had == value))
}

/// Evaluates the tree. `as_admin` answers permission leaves alone: a role is a fact about somebody, and being the admin
/// does not make it true.
pub(super) fn holds(condition: &Condition, principal: &Principal, as_admin: bool) -> bool {
    match condition {
        Condition::Authenticated => true,
        Condition::Permission(name) => as_admin || principal.has_permission(name),
        Condition::Role { name, client: None } => principal.has_realm_role(name),
        Condition::Role {
            name,
            client: Some(client),
        } => principal.has_client_role(client, name),
        Condition::Any(of) => of.iter().any(|one| holds(one, principal, as_admin)),
        // `all()` over nothing would be true.
        Condition::All(of) => !of.is_empty() && of.iter().all(|one| holds(one, principal, as_admin)),
    }
}
