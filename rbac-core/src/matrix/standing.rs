//! What one principal may do, by the same policy that judges requests.

use crate::policy::{self, AllowReason, Decision, Requirement};
use crate::principal::Principal;
use crate::rbac::Rbac;
use crate::rule::{Access, Rule};

/// How a principal stands to a handler, before there is a request.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Standing {
    /// Anybody may, logged in or not.
    Open,
    /// The principal may.
    May,
    /// The principal may, by the admin bypass.
    Bypass,
    /// The principal may, within these limits: each of them must hold.
    Within(Vec<Limit>),
    /// A stronger or newer login is needed (RFC 9470).
    StepUp {
        /// The authentication context class demanded.
        acr: Option<&'static str>,
        /// The greatest age of the login, in seconds.
        max_age: Option<u64>,
    },
    /// The principal lacks the permissions or roles.
    LacksRole {
        /// What is demanded, in the attribute's grammar.
        demanded: String,
    },
    /// The principal has the permissions, and nothing within which they hold.
    LacksAttribute {
        /// The attribute that is absent or empty.
        attribute: &'static str,
    },
}

/// What a request decides.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Limit {
    /// The request must name one of the values.
    Boundary {
        /// The principal's attribute.
        attribute: &'static str,
        /// Its values.
        values: Vec<String>,
    },
    /// The check must let the request pass.
    Check(&'static str),
}

impl Standing {
    /// How `principal` stands to the handler of `rule`, at this moment.
    ///
    /// # Security
    /// It says why somebody may not, which answers to requests never do: show it to the principal itself, or to whoever may
    /// know the rules.
    #[must_use]
    pub fn of(rbac: &Rbac, principal: &Principal, rule: &Rule) -> Self {
        match rule.access() {
            Access::Public { .. } => Self::Open,
            Access::Protected(requirement) => judge(principal, requirement, rbac.now()),
        }
    }

    /// Whether there is a request that would be let in.
    #[must_use]
    pub fn may(&self) -> bool {
        matches!(self, Self::Open | Self::May | Self::Bypass | Self::Within(_))
    }
}

fn judge(principal: &Principal, requirement: &Requirement, now: u64) -> Standing {
    let Decision::Allow(reason) = policy::decide_condition(principal, requirement) else {
        return Standing::LacksRole {
            demanded: requirement.condition().to_string(),
        };
    };
    let bypasses = policy::bypasses(principal, requirement);
    let limits = limits(principal, requirement);
    let empty = limits.iter().find_map(|limit| match limit {
        Limit::Boundary { attribute, values } if values.is_empty() => Some(*attribute),
        _ => None,
    });
    if let Some(attribute) = empty.filter(|_| !bypasses) {
        return Standing::LacksAttribute { attribute };
    }
    if policy::needs_step_up(principal, requirement, now) {
        let (acr, max_age) = (requirement.acr_value(), requirement.max_age_seconds());
        return Standing::StepUp { acr, max_age };
    }
    match (reason, limits.is_empty()) {
        (AllowReason::AdminBypass, _) => Standing::Bypass,
        (_, false) if bypasses => Standing::Bypass,
        (_, false) => Standing::Within(limits),
        (_, true) => Standing::May,
    }
}

fn limits(principal: &Principal, requirement: &Requirement) -> Vec<Limit> {
    let boundaries = requirement.boundary_list().iter().map(|boundary| {
        let attribute = boundary.attribute();
        // An empty value is never contained.
        let values = principal.attribute(attribute).iter();
        let values = values.filter(|value| !value.is_empty()).cloned().collect();
        Limit::Boundary { attribute, values }
    });
    let checks = requirement.check_names().iter().map(|name| Limit::Check(name));
    boundaries.chain(checks).collect()
}
