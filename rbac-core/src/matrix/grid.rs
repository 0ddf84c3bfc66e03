//! Handlers by roles: what each role alone opens.

use std::collections::BTreeSet;

use super::{Allows, DeclaredCatalogue, HandlerRule};
use crate::policy::{self, AllowReason, Condition, Decision, Requirement};
use crate::principal::Principal;
use crate::rbac::Rbac;
use crate::role::{Role, RoleSource};
use crate::rule::{Access, Rule, rules};

/// What each role alone opens, as the policy itself decides it.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The roles: those of the catalogue and of the rules first, then the permissions.
    pub columns: Vec<Column>,
    /// The handlers, ordered by file and line.
    pub rows: Vec<Row>,
}

/// A handler of the grid.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its rule.
    pub rule: &'static Rule,
    /// The same as data.
    pub handler: HandlerRule,
    /// What each column's role opens of it.
    pub cells: Vec<Cell>,
}

/// A role, or a permission, which is the role of its own name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// What it is.
    pub kind: ColumnKind,
    /// The client whose role it is; `None` for the realm's, and for this API's own.
    pub client: Option<String>,
    /// The name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
}

/// What a column stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum ColumnKind {
    /// A role.
    Role,
    /// A permission.
    Permission,
}

/// What a role alone opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Cell {
    /// The handler is open to anybody.
    Open,
    /// The role lets in.
    May,
    /// The role lets in, within the handler's boundaries and checks.
    Within,
    /// The role is the admin's, and passes.
    Bypass,
    /// The role counts, and another one is needed beside it.
    Part,
    /// The role opens nothing.
    No,
}

impl Grid {
    /// The grid of this program, for the first issuer of `rbac`.
    #[must_use]
    pub fn of(rbac: &Rbac) -> Self {
        Self::over(rbac, rules())
    }

    pub(super) fn over(rbac: &Rbac, rules: Vec<&'static Rule>) -> Self {
        let mut rows: Vec<Row> = rules.into_iter().map(Row::of).collect();
        let columns = columns(rbac, &rows);
        let bearers: Vec<Principal> = columns.iter().map(|column| bearer(rbac, column)).collect();
        for row in &mut rows {
            row.cells = bearers
                .iter()
                .map(|bearer| cell(bearer, row.rule.access()))
                .collect();
        }
        Self { columns, rows }
    }
}

impl Row {
    fn of(rule: &'static Rule) -> Self {
        Self {
            rule,
            handler: HandlerRule::of(rule),
            cells: Vec::new(),
        }
    }
}

fn columns(rbac: &Rbac, rows: &[Row]) -> Vec<Column> {
    let (catalogue, config) = (DeclaredCatalogue::of(rbac.catalogues()), rbac.config());
    let roles = catalogue.roles.iter();
    let permissions = catalogue.permissions.iter();
    let mut columns: Vec<Column> = roles
        .map(|(name, role)| Column::role(name, None, &role.description))
        .chain(permissions.map(|(name, description)| Column::permission(name, description)))
        .chain(config.admin_role.iter().map(|name| Column::role(name, None, "")))
        .collect();
    for row in rows {
        let Allows {
            roles, permissions, ..
        } = &row.handler.allows;
        columns.extend(roles.iter().map(|role| {
            let client = role
                .client
                .as_deref()
                .filter(|client| *client != config.client_id());
            Column::role(&role.name, client, "")
        }));
        columns.extend(permissions.iter().map(|name| Column::permission(name, "")));
    }
    // The described ones came first, and stay.
    let mut seen = BTreeSet::new();
    columns.retain(|column| seen.insert((column.kind, column.client.clone(), column.name.clone())));
    columns.sort();
    columns
}

impl Column {
    fn role(name: &str, client: Option<&str>, description: &str) -> Self {
        Self {
            kind: ColumnKind::Role,
            name: name.to_owned(),
            client: client.map(str::to_owned),
            description: description.to_owned(),
        }
    }

    fn permission(name: &str, description: &str) -> Self {
        Self {
            kind: ColumnKind::Permission,
            ..Self::role(name, None, description)
        }
    }
}

/// Somebody with the column's role and nothing else. A role without a client is the realm's and this API's at once, since the
/// catalogue does not say which.
fn bearer(rbac: &Rbac, column: &Column) -> Principal {
    let own = || rbac.config().client_id().to_owned();
    let of_client = RoleSource::Client(column.client.clone().unwrap_or_else(own).into());
    let mut roles = vec![Role::new(column.name.as_str(), of_client)];
    if column.client.is_none() && column.kind == ColumnKind::Role {
        roles.push(Role::new(column.name.as_str(), RoleSource::Realm));
    }
    rbac.bearer_of(&roles)
}

fn cell(bearer: &Principal, access: &Access) -> Cell {
    let requirement = match access {
        Access::Public { .. } => return Cell::Open,
        Access::Protected(requirement) => requirement,
    };
    match policy::decide_condition(bearer, requirement) {
        Decision::Deny(_) if counts(bearer, requirement.condition()) => Cell::Part,
        Decision::Deny(_) => Cell::No,
        Decision::Allow(AllowReason::AdminBypass) => Cell::Bypass,
        Decision::Allow(AllowReason::Met) if !is_limited(requirement) => Cell::May,
        Decision::Allow(AllowReason::Met) if policy::bypasses(bearer, requirement) => Cell::Bypass,
        Decision::Allow(AllowReason::Met) => Cell::Within,
    }
}

fn is_limited(requirement: &Requirement) -> bool {
    !requirement.boundary_list().is_empty() || !requirement.check_names().is_empty()
}

/// Whether the bearer has at least one of the things that a condition names.
fn counts(bearer: &Principal, condition: &Condition) -> bool {
    match condition {
        Condition::Any(of) | Condition::All(of) => of.iter().any(|one| counts(bearer, one)),
        leaf => policy::decide_condition(bearer, &Requirement::new(leaf.clone()).without_admin_bypass())
            .is_allow(),
    }
}
