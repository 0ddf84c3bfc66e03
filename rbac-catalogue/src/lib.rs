//! The catalogue of an application, `rbac.toml`: the permissions there are, and what each role grants.
//!
//! ```toml
//! [permissions]
//! "data:read" = "Read the records of a department"
//! "data:write" = "Add records to a department"
//!
//! [roles.viewer]
//! grants = ["data:read"]
//!
//! [roles.editor]
//! description = "Keeps a department's records"
//! grants = ["data:*"]
//! inherits = ["viewer"]
//!
//! [clients.crm]
//! roles = ["auditor"]
//! ```
//!
//! The attributes read it when compiling, to find what is misspelt; `rbac-core` reads the same text at start, to know what a
//! token's roles grant. It is one crate so that both mean the same.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod error;
mod fault;
mod grants;
mod nearest;
mod read;

use std::collections::{BTreeMap, BTreeSet};

pub use error::CatalogueError;
pub use fault::permission_fault;
pub use nearest::nearest;

/// The name of the file, beside the crate's `Cargo.toml`.
pub const FILE_NAME: &str = "rbac.toml";

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A catalogue that was read and found sound: every name that it uses is declared, and no role inherits itself.
///
/// ```
/// use rbac_catalogue::Catalogue;
///
/// let catalogue = Catalogue::parse(r#"
///     [permissions]
///     "data:read" = "Read"
///     "data:write" = "Write"
///     [roles.viewer]
///     grants = ["data:read"]
///     [roles.editor]
///     grants = ["data:write"]
///     inherits = ["viewer"]
/// "#)?;
/// assert!(catalogue.granted_by("editor").any(|permission| permission == "data:read"));
/// assert!(!catalogue.granted_by("viewer").any(|permission| permission == "data:write"));
/// assert_eq!(catalogue.granted_by("stranger").count(), 0);
/// # Ok::<(), rbac_catalogue::CatalogueError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalogue {
    permissions: BTreeMap<String, String>,
    roles: BTreeMap<String, Role>,
    clients: BTreeMap<String, BTreeSet<String>>,
}

/// A declared role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Role {
    description: String,
    inherits: Vec<String>,
    /// All that the role grants, itself or through what it inherits.
    permissions: BTreeSet<String>,
}

impl Catalogue {
    /// Reads the text of a catalogue.
    ///
    /// # Errors
    /// The text is no TOML, has a key that means nothing, uses a name that it does not declare, or has roles that inherit one
    /// another in a circle. The message names the line and what to write.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        grants::resolve(read::document(text)?, text)
    }

    /// The declared permissions with their descriptions, in the order of their names.
    pub fn permissions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.permissions
            .iter()
            .map(|(name, description)| (name.as_str(), description.as_str()))
    }

    /// The declared roles of the realm and of this API's client, in the order of their names.
    pub fn roles(&self) -> impl Iterator<Item = (&str, &Role)> {
        self.roles.iter().map(|(name, role)| (name.as_str(), role))
    }

    /// The declared roles of other clients: the client's id, and the names.
    pub fn clients(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.clients
            .iter()
            .map(|(client, roles)| (client.as_str(), roles.iter().map(String::as_str)))
    }

    /// Whether the permission is declared.
    #[must_use]
    pub fn has_permission(&self, name: &str) -> bool {
        self.permissions.contains_key(name)
    }

    /// Whether the role is declared, for the realm or this API's client.
    #[must_use]
    pub fn has_role(&self, name: &str) -> bool {
        self.roles.contains_key(name)
    }

    /// Whether the role of another client is declared.
    #[must_use]
    pub fn has_client_role(&self, client: &str, name: &str) -> bool {
        self.clients.get(client).is_some_and(|roles| roles.contains(name))
    }

    /// The permissions that a role grants, through the hierarchy and with wildcards spelt out; none for an undeclared role.
    pub fn granted_by(&self, role: &str) -> impl Iterator<Item = &str> {
        self.roles
            .get(role)
            .into_iter()
            .flat_map(|role| role.permissions.iter().map(String::as_str))
    }
}

impl Role {
    /// What the role is for; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The roles that it inherits, as written.
    pub fn inherits(&self) -> impl Iterator<Item = &str> {
        self.inherits.iter().map(String::as_str)
    }

    /// All permissions that it grants.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(String::as_str)
    }
}
