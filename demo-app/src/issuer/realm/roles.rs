//! Roles and what they contain.

use std::collections::{BTreeMap, BTreeSet};

/// Realm roles and the roles of clients, each by name.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(in crate::issuer) struct RoleSet {
    pub(in crate::issuer) realm: BTreeSet<String>,
    pub(in crate::issuer) clients: BTreeMap<String, BTreeSet<String>>,
}

/// What each composite role contains.
#[derive(Default, Debug)]
pub(super) struct Composites {
    realm: BTreeMap<String, RoleSet>,
    clients: BTreeMap<(String, String), RoleSet>,
}

/// The composites that every realm has, of its built-in clients: client, role, what it contains of the same client.
const BUILT_IN: [(&str, &str, &[&str]); 3] = [
    ("account", "manage-account", &["manage-account-links"]),
    ("realm-management", "view-clients", &["query-clients"]),
    ("realm-management", "view-users", &["query-users", "query-groups"]),
];

impl RoleSet {
    /// Adds a role of a client.
    pub(super) fn add_client_role(&mut self, client: &str, role: &str) {
        self.clients
            .entry(client.to_owned())
            .or_default()
            .insert(role.to_owned());
    }

    fn merge(&mut self, other: &Self) {
        self.realm.extend(other.realm.iter().cloned());
        for (client, roles) in &other.clients {
            self.clients
                .entry(client.clone())
                .or_default()
                .extend(roles.iter().cloned());
        }
    }
}

impl Composites {
    /// What a new realm of that name starts with.
    pub(super) fn of_new_realm(realm: &str) -> Self {
        let mut composites = Self::default();
        for (client, role, contained) in BUILT_IN {
            let mut roles = RoleSet::default();
            contained
                .iter()
                .for_each(|name| roles.add_client_role(client, name));
            composites
                .clients
                .insert((client.to_owned(), role.to_owned()), roles);
        }
        let mut defaults = RoleSet::default();
        defaults
            .realm
            .extend(["offline_access".to_owned(), "uma_authorization".to_owned()]);
        defaults.add_client_role("account", "view-profile");
        defaults.add_client_role("account", "manage-account");
        composites.add_realm(&format!("default-roles-{realm}"), &defaults);
        composites
    }

    /// The realm role `name` contains `roles` too.
    pub(super) fn add_realm(&mut self, name: &str, roles: &RoleSet) {
        self.realm.entry(name.to_owned()).or_default().merge(roles);
    }

    /// The role `name` of `client` contains `roles` too.
    pub(super) fn add_client(&mut self, client: &str, name: &str, roles: &RoleSet) {
        self.clients
            .entry((client.to_owned(), name.to_owned()))
            .or_default()
            .merge(roles);
    }

    /// `granted` and all that it contains, at any depth; a composite that contains itself is no harm.
    pub(super) fn expand(&self, granted: RoleSet) -> RoleSet {
        let mut all = granted;
        loop {
            let mut next = all.clone();
            for name in &all.realm {
                self.realm
                    .get(name)
                    .into_iter()
                    .for_each(|roles| next.merge(roles));
            }
            for (client, names) in &all.clients {
                for name in names {
                    let contained = self.clients.get(&(client.clone(), name.clone()));
                    contained.into_iter().for_each(|roles| next.merge(roles));
                }
            }
            if next == all {
                return all;
            }
            all = next;
        }
    }
}
