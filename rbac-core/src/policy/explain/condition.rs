//! Which leaves of the tree are met, and by which roles.

use serde::Serialize;

use super::{State, shown_rule};
use crate::policy::{Condition, holds};
use crate::principal::Principal;
use crate::role::{Role, RoleSource};
use crate::text::shown;

/// A part of the tree of permissions and roles.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct ConditionFinding {
    /// The part as it is written.
    pub rule: String,
    /// What it comes to.
    pub state: State,
    /// For a permission or a role: the roles of the token that make it so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// For a permission that is not met: the roles that would grant it beside the one of its own name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub granted_by: Vec<String>,
    /// For `any` and `all`: what they are made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ConditionFinding>,
}

/// The most roles that are named for one leaf.
const NAMED: usize = 16;

pub(super) fn find(condition: &Condition, principal: &Principal, bypass: bool) -> ConditionFinding {
    let met = holds(condition, principal, false);
    let state = State::of(met, bypass && holds(condition, principal, true));
    let parts = match condition {
        Condition::Any(of) | Condition::All(of) => of.as_ref(),
        _ => &[],
    };
    ConditionFinding {
        rule: shown_rule(condition),
        state,
        by: principal
            .roles()
            .iter()
            .filter(|role| makes(role, condition, principal))
            .take(NAMED)
            .map(|role| shown(&role.to_string()))
            .collect(),
        granted_by: if met {
            Vec::new()
        } else {
            granting(condition, principal)
        },
        parts: parts.iter().map(|part| find(part, principal, bypass)).collect(),
    }
}

impl ConditionFinding {
    /// The leaves, from left to right. An empty `any` or `all` is one.
    pub(super) fn leaves(&self) -> Vec<&Self> {
        if self.parts.is_empty() {
            return vec![self];
        }
        self.parts.iter().flat_map(Self::leaves).collect()
    }
}

/// Whether `role` is what makes the leaf true.
fn makes(role: &Role, leaf: &Condition, principal: &Principal) -> bool {
    let policy = principal.role_policy();
    match leaf {
        Condition::Permission(name) => {
            policy.counts(role.source()) && policy.grants_permission(role.name(), name)
        }
        Condition::Role { name, client } => role.name() == name && is_of(role.source(), client.as_deref()),
        _ => false,
    }
}

fn is_of(source: &RoleSource, client: Option<&str>) -> bool {
    match source {
        RoleSource::Realm => client.is_none(),
        RoleSource::Client(of) => client == Some(of),
    }
}

fn granting(leaf: &Condition, principal: &Principal) -> Vec<String> {
    let Condition::Permission(name) = leaf else {
        return Vec::new();
    };
    let grants = &principal.role_policy().grants;
    grants.granting(name).take(NAMED).map(shown).collect()
}
