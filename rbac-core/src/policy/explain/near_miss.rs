//! Roles that are nearly what is asked for: the usual mistakes of a realm.

use std::fmt;

use serde::Serialize;

use super::boundary::{folded, without_blanks};
use crate::policy::{Condition, Requirement, holds};
use crate::principal::{Principal, RolePolicy};
use crate::role::{Role, RoleSource};
use crate::text::shown;

/// A role of the token that is nearly what the requirement asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct NearMiss {
    /// What is asked for, as it is written in the requirement, or the admin bypass.
    pub wanted: String,
    /// The role of the token, with its source.
    pub held: String,
    /// What is different.
    pub differences: Vec<Difference>,
    /// The role by which the catalogue would grant what is wanted, where the name is that role's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
}

/// How a role differs from the one that is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// Upper and lower case.
    Case,
    /// Blanks or invisible characters.
    Blanks,
    /// It is a role of a client whose roles do not count as permissions here.
    UncountedClient,
    /// It is a role of another client than is asked for.
    OtherClient,
    /// It is a realm role, and a client's is asked for.
    RealmRole,
    /// It is a client's role, and a realm role is asked for.
    ClientRole,
}

/// The most that are listed.
const LISTED: usize = 16;

/// What a leaf asks for: roles of one name, any of which will do.
struct Target<'a> {
    wanted: &'a str,
    name: &'a str,
    /// Set where the name is not that of the permission itself.
    through: Option<&'a str>,
    of: Of<'a>,
}

/// Whose role it has to be.
enum Of<'a> {
    Counting(&'a RolePolicy),
    Realm,
    Client(&'a str),
}

pub(super) fn find(principal: &Principal, requirement: &Requirement) -> Vec<NearMiss> {
    let mut found = Vec::new();
    visit(requirement.condition(), principal, &mut found);
    let admin = principal.role_policy().admin_role.as_deref();
    if requirement.admin_bypass()
        && !principal.is_admin()
        && let Some(name) = admin
    {
        let wanted = "the admin bypass";
        let target = Target {
            wanted,
            name,
            through: None,
            of: Of::Realm,
        };
        compare(principal, &target, &mut found);
    }
    found.truncate(LISTED);
    found
}

/// All leaves that are not met.
fn visit(condition: &Condition, principal: &Principal, found: &mut Vec<NearMiss>) {
    if found.len() >= LISTED || holds(condition, principal, false) {
        return;
    }
    let wanted = condition.to_string();
    let target = |name, through, of| Target {
        wanted: &wanted,
        name,
        through,
        of,
    };
    match condition {
        Condition::Any(of) | Condition::All(of) => {
            of.iter().for_each(|part| visit(part, principal, found));
        }
        Condition::Permission(name) => {
            let policy = principal.role_policy();
            compare(principal, &target(name, None, Of::Counting(policy)), found);
            for role in policy.grants.granting(name) {
                compare(principal, &target(role, Some(role), Of::Counting(policy)), found);
            }
        }
        Condition::Role { name, client } => {
            let of = client.as_deref().map_or(Of::Realm, Of::Client);
            compare(principal, &target(name, None, of), found);
        }
        Condition::Authenticated => {}
    }
}

fn compare(principal: &Principal, target: &Target<'_>, found: &mut Vec<NearMiss>) {
    let wanted = folded(target.name);
    for role in principal.roles() {
        if found.len() >= LISTED {
            return;
        }
        if folded(role.name()) != wanted {
            continue;
        }
        let differences = differences(role, target);
        if !differences.is_empty() {
            found.push(NearMiss {
                wanted: shown(target.wanted),
                held: shown(&role.to_string()),
                differences,
                through: target.through.map(shown),
            });
        }
    }
}

fn differences(role: &Role, target: &Target<'_>) -> Vec<Difference> {
    let (had, wanted) = (without_blanks(role.name()), without_blanks(target.name));
    let blanks = had.len() != role.name().len() || wanted.len() != target.name.len();
    let blanks = blanks && role.name() != target.name;
    let differences = [
        (had != wanted).then_some(Difference::Case),
        blanks.then_some(Difference::Blanks),
        of_another_source(role.source(), &target.of),
    ];
    differences.into_iter().flatten().collect()
}

fn of_another_source(source: &RoleSource, wanted: &Of<'_>) -> Option<Difference> {
    match (source, wanted) {
        (source, Of::Counting(policy)) => (!policy.counts(source)).then_some(Difference::UncountedClient),
        (RoleSource::Realm, Of::Realm) => None,
        (RoleSource::Realm, Of::Client(_)) => Some(Difference::RealmRole),
        (RoleSource::Client(_), Of::Realm) => Some(Difference::ClientRole),
        (RoleSource::Client(of), Of::Client(client)) => (**of != **client).then_some(Difference::OtherClient),
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            wanted,
            held,
            differences,
            through,
        } = self;
        let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
        write!(f, "nearly {wanted}: `{held}` {}", differences.join(", and "))?;
        match through {
            Some(role) => write!(f, " (the catalogue lets `{role}` grant it)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Case => "differs by the case of its letters",
            Self::Blanks => "differs by blanks or invisible characters",
            Self::UncountedClient => "is a role of a client whose roles do not count here",
            Self::OtherClient => "is a role of another client",
            Self::RealmRole => "is a realm role, where a client's is asked for",
            Self::ClientRole => "is a client's role, where a realm role is asked for",
        })
    }
}
