//! The catalogue, as data.

use std::collections::{BTreeMap, BTreeSet};

use rbac_catalogue::Catalogue;
use serde::{Deserialize, Serialize};

/// The permissions and roles that are declared, over all catalogues of the program.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DeclaredCatalogue {
    /// The permissions with what they are for.
    pub permissions: BTreeMap<String, String>,
    /// The roles of the realm and of this API's client.
    pub roles: BTreeMap<String, DeclaredRole>,
    /// The roles of other clients, by the client's id.
    #[serde(default)]
    pub clients: BTreeMap<String, BTreeSet<String>>,
}

/// A declared role.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DeclaredRole {
    /// What it is for; may be empty.
    pub description: String,
    /// The permissions that it grants, wildcards and inheritance spelt out.
    pub grants: BTreeSet<String>,
    /// The roles that it inherits, as written.
    #[serde(default)]
    pub inherits: BTreeSet<String>,
}

impl DeclaredCatalogue {
    /// What all `catalogues` declare. Of two descriptions the first that says something counts.
    pub(super) fn of(catalogues: &[Catalogue]) -> Self {
        let mut declared = Self::default();
        for catalogue in catalogues {
            for (name, description) in catalogue.permissions() {
                let known = declared.permissions.entry(name.to_owned()).or_default();
                describe(known, description);
            }
            for (name, role) in catalogue.roles() {
                let known = declared.roles.entry(name.to_owned()).or_default();
                describe(&mut known.description, role.description());
                known.grants.extend(role.permissions().map(str::to_owned));
                known.inherits.extend(role.inherits().map(str::to_owned));
            }
            for (client, roles) in catalogue.clients() {
                let known = declared.clients.entry(client.to_owned()).or_default();
                known.extend(roles.map(str::to_owned));
            }
        }
        declared
    }
}

fn describe(known: &mut String, description: &str) {
    if known.is_empty() {
        description.clone_into(known);
    }
}
