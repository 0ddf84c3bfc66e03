//! One handler's rule, as data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::policy::{Boundary, Condition, Requirement, Source};
use crate::rule::{Access, Route, Rule};

/// What one handler demands, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandlerRule {
    /// The function's name.
    pub name: String,
    /// The module's path.
    pub module: String,
    /// The source file, as the compiler names it.
    pub file: String,
    /// The line of the attribute.
    pub line: u32,
    /// The routes beside the attribute, without the prefix of a scope; empty when it stands below them.
    pub routes: Vec<HandlerRoute>,
    /// What is demanded.
    #[serde(flatten)]
    pub allows: Allows,
}

/// A method and a path pattern.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandlerRoute {
    /// One method, such as `GET`.
    pub method: String,
    /// The pattern, as Actix reads it.
    pub path: String,
}

/// Whom a handler lets in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allows {
    /// Who may come.
    pub access: AccessKind,
    /// Why the handler is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The whole attribute, such as `#[require_permission("data:read", scope = "department")]`.
    pub attribute: String,
    /// Which permissions and roles, in the attribute's grammar, such as `any("data:read", role("auditor"))`; `authenticated`
    /// where any principal will do, `public` where none is needed.
    pub rule: String,
    /// The permissions that the rule names, in the order of their names.
    pub permissions: Vec<String>,
    /// The roles that the rule names.
    pub roles: Vec<HandlerRole>,
    /// Within what the permission holds: all of them must hold.
    pub boundaries: Vec<HandlerBoundary>,
    /// The functions that look at what the handler's arguments name.
    pub checks: Vec<String>,
    /// Whether the admin passes permissions, boundaries and checks.
    pub admin_bypass: bool,
    /// Whether the issuer is asked at each request.
    pub fresh: bool,
    /// The authentication context class demanded (RFC 9470).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The greatest age of the login in seconds (RFC 9470).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
}

/// Who may come to a handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccessKind {
    /// Whoever meets the rule.
    Protected,
    /// Anybody; nobody is authenticated.
    Public,
    /// Anybody; a caller may log in.
    Optional,
}

/// A role that a rule names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct HandlerRole {
    /// The role's name.
    pub name: String,
    /// The client whose role it is; absent for the realm's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// A boundary that a rule names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandlerBoundary {
    /// The principal's attribute, which must contain the value.
    pub attribute: String,
    /// Where the request names the value: `path`, `query`, `header`, or `value` for an expression over the arguments.
    pub source: String,
    /// The parameter, the header, or the expression.
    pub name: String,
}

impl HandlerRule {
    /// What `rule` says.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let site = rule.site();
        Self {
            name: site.handler().to_owned(),
            module: site.module().to_owned(),
            file: site.file().to_owned(),
            line: site.line(),
            routes: site.routes().iter().flat_map(HandlerRoute::each).collect(),
            allows: Allows::of(rule.access()),
        }
    }
}

impl HandlerRoute {
    /// One for each method.
    fn each(route: &Route) -> impl Iterator<Item = Self> {
        let (path, methods) = (route.path(), route.method().split('|'));
        methods.map(move |method| Self {
            method: method.to_owned(),
            path: path.to_owned(),
        })
    }
}

impl Allows {
    /// What `access` says.
    #[must_use]
    pub fn of(access: &Access) -> Self {
        match access {
            Access::Public {
                reason,
                optional_login,
            } => Self::open(reason, *optional_login),
            Access::Protected(requirement) => Self::protected(requirement),
        }
    }

    fn open(reason: &str, optional_login: bool) -> Self {
        Self {
            access: if optional_login {
                AccessKind::Optional
            } else {
                AccessKind::Public
            },
            reason: Some(reason.to_owned()),
            attribute: format!("#[public(reason = {reason:?})]"),
            rule: "public".to_owned(),
            permissions: Vec::new(),
            roles: Vec::new(),
            boundaries: Vec::new(),
            checks: Vec::new(),
            admin_bypass: false,
            fresh: false,
            acr: None,
            max_age: None,
        }
    }

    fn protected(requirement: &Requirement) -> Self {
        let mut leaves = Leaves::default();
        leaves.collect(requirement.condition());
        Self {
            access: AccessKind::Protected,
            reason: None,
            attribute: attribute(requirement),
            rule: requirement.condition().to_string(),
            permissions: leaves.permissions.into_iter().collect(),
            roles: leaves.roles.into_iter().collect(),
            boundaries: requirement.boundary_list().iter().map(boundary).collect(),
            checks: requirement
                .check_names()
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            admin_bypass: requirement.admin_bypass(),
            fresh: requirement.is_fresh(),
            acr: requirement.acr_value().map(str::to_owned),
            max_age: requirement.max_age_seconds(),
        }
    }
}

#[derive(Default)]
struct Leaves {
    permissions: BTreeSet<String>,
    roles: BTreeSet<HandlerRole>,
}

impl Leaves {
    fn collect(&mut self, condition: &Condition) {
        match condition {
            Condition::Authenticated => {}
            Condition::Permission(name) => {
                self.permissions.insert(name.to_string());
            }
            Condition::Role { name, client } => {
                self.roles.insert(HandlerRole {
                    name: name.to_string(),
                    client: client.as_ref().map(ToString::to_string),
                });
            }
            Condition::Any(of) | Condition::All(of) => of.iter().for_each(|one| self.collect(one)),
        }
    }
}

/// The attribute as it could be written: stacked ones appear as the one that means the same.
fn attribute(requirement: &Requirement) -> String {
    let (all, condition) = (requirement.to_string(), requirement.condition());
    let arguments = all.strip_prefix(&condition.to_string()).unwrap_or_default();
    match condition {
        Condition::Authenticated => match arguments.trim_start_matches(", ") {
            "" => "#[authenticated]".to_owned(),
            arguments => format!("#[authenticated({arguments})]"),
        },
        Condition::Role { name, client: None } => format!("#[require_role({name:?}{arguments})]"),
        Condition::Role {
            name,
            client: Some(client),
        } => format!("#[require_role({name:?}, client = {client:?}{arguments})]"),
        _ => format!("#[require_permission({all})]"),
    }
}

fn boundary(boundary: &Boundary) -> HandlerBoundary {
    let (source, name) = match boundary.source() {
        Source::Path(name) => ("path", name),
        Source::Query(name) => ("query", name),
        Source::Header(name) => ("header", name),
        Source::Argument(expression) => ("value", expression),
    };
    HandlerBoundary {
        attribute: boundary.attribute().to_owned(),
        source: source.to_owned(),
        name: (*name).to_owned(),
    }
}
