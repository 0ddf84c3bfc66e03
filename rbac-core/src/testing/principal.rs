//! Principals without a token.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::catalogue::Grants;
use crate::claims::Claims;
use crate::principal::{Principal, RolePolicy};

/// Begins a principal of that user name, for a client `myapp-backend` and an admin role `admin`.
#[must_use]
pub fn principal(username: &str) -> PrincipalBuilder {
    let claims = json!({"sub": format!("id-of-{username}"), "preferred_username": username, "exp": u32::MAX});
    PrincipalBuilder {
        claims: claims.as_object().cloned().unwrap_or_default(),
        realm: Vec::new(),
        clients: Map::new(),
        policy: RolePolicy {
            permission_clients: vec!["myapp-backend".to_owned()],
            admin_role: Some("admin".to_owned()),
            grants: Grants::default(),
        },
    }
}

/// A principal under construction.
#[derive(Clone, Debug)]
pub struct PrincipalBuilder {
    claims: Map<String, Value>,
    realm: Vec<String>,
    clients: Map<String, Value>,
    policy: RolePolicy,
}

impl PrincipalBuilder {
    /// Adds a realm role.
    #[must_use]
    pub fn realm_role(mut self, name: &str) -> Self {
        self.realm.push(name.to_owned());
        self
    }

    /// Adds a role of a client.
    #[must_use]
    pub fn client_role(mut self, client: &str, name: &str) -> Self {
        let access = self.clients.entry(client).or_insert_with(|| json!({"roles": []}));
        if let Some(roles) = access.get_mut("roles").and_then(Value::as_array_mut) {
            roles.push(name.into());
        }
        self
    }

    /// Sets an attribute's values.
    #[must_use]
    pub fn attribute(self, name: &str, values: &[&str]) -> Self {
        self.claim(name, json!(values))
    }

    /// Sets any claim.
    #[must_use]
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims.insert(name.to_owned(), value);
        self
    }

    /// Lets roles grant what a catalogue says.
    #[must_use]
    pub fn catalogue(mut self, catalogue: &rbac_catalogue::Catalogue) -> Self {
        self.policy.grants.add(catalogue);
        self
    }

    /// The principal.
    #[must_use]
    pub fn build(mut self) -> Principal {
        self.claims
            .insert("realm_access".to_owned(), json!({"roles": self.realm}));
        self.claims
            .insert("resource_access".to_owned(), Value::Object(self.clients));
        Principal::new(Claims::new(self.claims), &Arc::new(self.policy))
    }
}
