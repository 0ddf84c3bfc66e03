//! Why a requirement is met or not, for a person who has to find out.

mod boundary;
mod condition;
mod lines;
mod near_miss;
mod roles;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use boundary::BoundaryFinding;
pub use condition::ConditionFinding;
pub use near_miss::{Difference, NearMiss};
pub use roles::RolesOfSource;

use super::{Facts, Requirement, bypasses, needs_step_up};
use crate::principal::Principal;
use crate::text::shown;

/// What [`explain`] found: every part of a requirement with what it met, and the roles that nearly were the right ones.
///
/// `Display` is one line for a log, [`Explanation::lines`] the same in several; `Serialize` is for tools. Names and values are
/// escaped, cut to 120 characters, and of a bounded number.
///
/// # Security
/// It shows the principal's roles and the attributes that the requirement names: for the operator, not for the caller.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What comes of all that follows.
    pub conclusion: Conclusion,
    /// The requirement as it is written in the attribute.
    pub rule: String,
    /// The permissions and roles.
    pub condition: ConditionFinding,
    /// The boundaries, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub boundaries: Vec<BoundaryFinding>,
    /// The checks, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckFinding>,
    /// How strong and how recent the login has to be, where the requirement says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUpFinding>,
    /// Whether the admin bypass is there, and whether it answered.
    pub admin_bypass: AdminBypassFinding,
    /// The roles of the token, by where it carries them.
    pub roles: Vec<RolesOfSource>,
    /// Roles that are nearly what is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near_misses: Vec<NearMiss>,
    /// What else catches the eye.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What comes of a requirement as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Conclusion {
    /// All of it is met.
    Allow,
    /// All of it is met, some by the admin bypass.
    AllowByAdminBypass,
    /// Some of it is not met.
    Deny,
    /// What was looked at is met; a boundary without a stated value or a check is still to come.
    Open,
}

/// What one part of a requirement comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It is met.
    Met,
    /// It is not met, and the admin bypass stands in for it.
    Bypassed,
    /// It is not met.
    Unmet,
    /// It was not looked at.
    Open,
}

/// What a check came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckFinding {
    /// The check's name.
    pub check: &'static str,
    /// `open` unless the check is known to have denied, or the admin bypass stands in for it.
    pub state: State,
}

/// How strong and how recent the login is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct StepUpFinding {
    /// Whether it suffices.
    pub state: State,
    /// The authentication context class demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'static str>,
    /// The token's `acr`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_of_token: Option<String>,
    /// The greatest age of the login, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// Its age by the token's `auth_time`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u64>,
}

/// Whether the admin bypass is there, and whether it answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct AdminBypassFinding {
    /// The realm role that has it; `None` where the configuration turned it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether the principal has that role.
    pub held: bool,
    /// Whether the requirement turns it off.
    pub switched_off: bool,
    /// Whether it stood in for something that is not met.
    pub used: bool,
}

/// Explains what [`decide`](super::decide) answers. `now` is in seconds since 1970.
///
/// A boundary whose values `facts` does not state is left open, where `decide` denies.
///
/// ```
/// use rbac_core::policy::{Boundary, Conclusion, Condition, Facts, Requirement, explain};
/// # let bob = rbac_core::testing::principal("bob").client_role("crm", "data:write").build();
/// // bob has the role `data:write`, but of the client `crm`
/// let requirement = Requirement::new(Condition::permission("data:write"));
/// let explanation = explain(&bob, &requirement, &Facts::default(), 1_700_000_000);
/// assert_eq!(explanation.conclusion, Conclusion::Deny);
/// assert!(explanation.to_string().contains("`crm/data:write` is a role of a client whose roles do not count here"));
/// # let dave = rbac_core::testing::principal("dave").client_role("myapp-backend", "data:write").build();
/// // dave has it of the API's own client
/// assert_eq!(explain(&dave, &requirement, &Facts::default(), 1_700_000_000).conclusion, Conclusion::Allow);
/// ```
#[must_use]
pub fn explain(principal: &Principal, requirement: &Requirement, facts: &Facts, now: u64) -> Explanation {
    let bypass = bypasses(principal, requirement);
    let boundaries = requirement.boundary_list().iter().enumerate();
    let checks = requirement.check_names().iter();
    let mut explanation = Explanation {
        conclusion: Conclusion::Open,
        rule: shown_rule(requirement),
        condition: condition::find(requirement.condition(), principal, bypass),
        boundaries: boundaries
            .map(|(index, boundary)| boundary::find(boundary, facts.stated(index), principal, bypass))
            .collect(),
        checks: checks
            .map(|check| CheckFinding {
                check,
                state: if bypass { State::Bypassed } else { State::Open },
            })
            .collect(),
        step_up: step_up(principal, requirement, now),
        admin_bypass: AdminBypassFinding {
            role: principal.role_policy().admin_role.as_deref().map(shown),
            held: principal.is_admin(),
            switched_off: !requirement.admin_bypass(),
            used: false,
        },
        roles: roles::by_source(principal),
        near_misses: near_miss::find(principal, requirement),
        notes: roles::notes(principal.claims()),
    };
    explanation.conclude();
    explanation
}

impl Explanation {
    /// Notes that the check of that name denied.
    #[must_use]
    pub fn with_denying_check(mut self, name: &str) -> Self {
        for finding in self.checks.iter_mut().filter(|finding| finding.check == name) {
            finding.state = State::Unmet;
        }
        self.conclude();
        self
    }

    /// Notes another reason for a denial.
    #[must_use]
    pub fn with_denial(mut self, reason: &str) -> Self {
        self.notes.push(shown(reason));
        self.conclusion = Conclusion::Deny;
        self
    }

    fn conclude(&mut self) {
        let boundaries = self.boundaries.iter().map(|finding| finding.state);
        let checks = self.checks.iter().map(|finding| finding.state);
        let step_up = self.step_up.iter().map(|finding| finding.state);
        let states: Vec<State> = boundaries
            .chain(checks)
            .chain(step_up)
            .chain([self.condition.state])
            .collect();
        self.admin_bypass.used = states.contains(&State::Bypassed);
        self.conclusion = if states.contains(&State::Unmet) {
            Conclusion::Deny
        } else if states.contains(&State::Open) {
            Conclusion::Open
        } else if self.admin_bypass.used {
            Conclusion::AllowByAdminBypass
        } else {
            Conclusion::Allow
        };
    }
}

impl State {
    pub(super) fn of(met: bool, bypass: bool) -> Self {
        match (met, bypass) {
            (true, _) => Self::Met,
            (false, true) => Self::Bypassed,
            (false, false) => Self::Unmet,
        }
    }
}

/// A rule is the programmer's text, or the operator's in a tool: it is shown in full.
fn shown_rule(rule: &impl std::fmt::Display) -> String {
    crate::text::OneLine(&rule.to_string()).to_string()
}

fn step_up(principal: &Principal, requirement: &Requirement, now: u64) -> Option<StepUpFinding> {
    let (acr, max_age) = (requirement.acr_value(), requirement.max_age_seconds());
    if acr.is_none() && max_age.is_none() {
        return None;
    }
    let claims = principal.claims();
    Some(StepUpFinding {
        // No bypass: it stands for permissions, not for how somebody logged in.
        state: State::of(!needs_step_up(principal, requirement, now), false),
        acr,
        acr_of_token: claims.string("acr").map(shown),
        max_age,
        age: claims.seconds("auth_time").map(|login| now.saturating_sub(login)),
    })
}
