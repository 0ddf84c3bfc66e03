//! Which roles the catalogue and the rules need.

use std::collections::{BTreeMap, BTreeSet};

use rbac_core::Catalogue;

use crate::rules::Manifest;

/// Whose role it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Owner {
    Realm,
    /// The client of that id.
    Client(String),
}

/// Why a role is needed, and what is said of it.
#[derive(Default, Debug)]
pub(super) struct Need {
    pub(super) description: String,
    /// The handlers that ask for it.
    pub(super) handlers: BTreeSet<String>,
}

/// Every role that is needed, by its owner and its name.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The API's client.
    pub(super) client: String,
    pub(super) roles: BTreeMap<(Owner, String), Need>,
}

impl Wanted {
    pub(super) fn of(client: String) -> Self {
        Self {
            client,
            roles: BTreeMap::new(),
        }
    }

    /// What the rules ask for, and what the application's own catalogue declares.
    pub(super) fn add_manifest(&mut self, manifest: &Manifest) {
        for handler in &manifest.handlers {
            for permission in &handler.permissions {
                self.need(self.ours(), permission)
                    .handlers
                    .insert(handler.name.clone());
            }
            for role in &handler.roles {
                let owner = role.client.clone().map_or(Owner::Realm, Owner::Client);
                self.need(owner, &role.name).handlers.insert(handler.name.clone());
            }
        }
        let declared = &manifest.catalogue;
        for (name, description) in &declared.permissions {
            self.permission(name, description);
        }
        for (name, role) in &declared.roles {
            self.role(name, &role.description, !role.grants.is_empty());
        }
        for (client, names) in &declared.clients {
            names.iter().for_each(|name| {
                self.need(Owner::Client(client.clone()), name);
            });
        }
    }

    /// What a catalogue declares.
    pub(super) fn add_catalogue(&mut self, catalogue: &Catalogue) {
        for (name, description) in catalogue.permissions() {
            self.permission(name, description);
        }
        for (name, role) in catalogue.roles() {
            self.role(name, role.description(), role.permissions().next().is_some());
        }
        for (client, names) in catalogue.clients() {
            names.for_each(|name| {
                self.need(Owner::Client(client.to_owned()), name);
            });
        }
    }

    /// A permission is given as a client role of its name.
    fn permission(&mut self, name: &str, description: &str) {
        describe(self.need(self.ours(), name), description);
    }

    /// A declared role may be the realm's or the client's. One that grants something works as either, so it goes to the client,
    /// unless a rule asks the realm for it; one that grants nothing can only be asked for, which is of the realm.
    fn role(&mut self, name: &str, description: &str, grants: bool) {
        let in_realm = (Owner::Realm, name.to_owned());
        let owner = if grants && !self.roles.contains_key(&in_realm) {
            self.ours()
        } else {
            Owner::Realm
        };
        describe(self.need(owner, name), description);
    }

    fn need(&mut self, owner: Owner, name: &str) -> &mut Need {
        self.roles.entry((owner, name.to_owned())).or_default()
    }

    fn ours(&self) -> Owner {
        Owner::Client(self.client.clone())
    }
}

/// The first description that says something counts.
fn describe(need: &mut Need, description: &str) {
    if need.description.is_empty() {
        description.clone_into(&mut need.description);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(wanted: &Wanted) -> Vec<String> {
        let shown = |(owner, name): &(Owner, String)| match owner {
            Owner::Realm => format!("realm/{name}"),
            Owner::Client(client) => format!("{client}/{name}"),
        };
        wanted.roles.keys().map(shown).collect()
    }

    const CATALOGUE: &str = r#"
        [permissions]
        "data:read" = "Read"
        [roles.viewer]
        description = "Looks"
        grants = ["data:read"]
        [roles.boss]
        [clients.crm]
        roles = ["auditor"]
    "#;

    #[test]
    fn a_catalogue_needs_its_permissions_and_granting_roles_at_the_client_and_the_others_in_the_realm() {
        let mut wanted = Wanted::of("api".to_owned());
        wanted.add_catalogue(&Catalogue::parse(CATALOGUE).unwrap());
        assert_eq!(
            names(&wanted),
            ["realm/boss", "api/data:read", "api/viewer", "crm/auditor"]
        );
        let viewer = &wanted.roles[&(Owner::Client("api".to_owned()), "viewer".to_owned())];
        assert_eq!(viewer.description, "Looks");
    }

    #[test]
    fn a_role_that_a_rule_asks_the_realm_for_is_the_realms_even_if_it_grants() {
        let manifest = json!({"handlers": [{"name": "show", "access": "protected", "permissions": ["data:write"],
            "roles": [{"name": "viewer"}, {"name": "x", "client": "crm"}]}]});
        let mut wanted = Wanted::of("api".to_owned());
        wanted.add_manifest(&serde_json::from_value(manifest).unwrap());
        wanted.add_catalogue(&Catalogue::parse(CATALOGUE).unwrap());
        assert_eq!(
            names(&wanted),
            [
                "realm/boss",
                "realm/viewer",
                "api/data:read",
                "api/data:write",
                "crm/auditor",
                "crm/x"
            ]
        );
        let write = &wanted.roles[&(Owner::Client("api".to_owned()), "data:write".to_owned())];
        assert!(write.handlers.contains("show") && write.description.is_empty());
    }
}
