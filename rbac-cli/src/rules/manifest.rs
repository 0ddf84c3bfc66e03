//! What an application says of its handlers: `/rbac.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The rules of an application and its catalogue. What a newer application says beside is passed over, what an older one does
/// not say is empty.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) handlers: Vec<Handler>,
    #[serde(default)]
    pub(crate) catalogue: Declared,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Handler {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) module: String,
    #[serde(default)]
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) line: u64,
    #[serde(default)]
    pub(crate) routes: Vec<Route>,
    /// `protected`, `public` or `optional`.
    pub(crate) access: String,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) rule: String,
    #[serde(default)]
    pub(crate) permissions: BTreeSet<String>,
    #[serde(default)]
    pub(crate) roles: BTreeSet<Role>,
    #[serde(default)]
    pub(crate) boundaries: Vec<Boundary>,
    #[serde(default)]
    pub(crate) checks: Vec<String>,
    #[serde(default = "yes")]
    pub(crate) admin_bypass: bool,
    #[serde(default)]
    pub(crate) fresh: bool,
    #[serde(default)]
    pub(crate) acr: Option<String>,
    #[serde(default)]
    pub(crate) max_age: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) client: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Boundary {
    pub(crate) attribute: String,
    pub(crate) source: String,
    pub(crate) name: String,
}

/// What the application's `rbac.toml` declares.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Declared {
    #[serde(default)]
    pub(crate) permissions: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, DeclaredRole>,
    #[serde(default)]
    pub(crate) clients: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct DeclaredRole {
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) grants: BTreeSet<String>,
}

fn yes() -> bool {
    true
}
