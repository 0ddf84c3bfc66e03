//! A role and where the token carried it.

use std::fmt;

/// A role of the principal, with the claim it came from.
///
/// ```
/// use rbac_core::{Role, RoleSource};
///
/// let auditor = Role::new("auditor", RoleSource::Client("crm".into()));
/// assert_eq!(auditor.to_string(), "crm/auditor");
/// assert_ne!(auditor, Role::new("auditor", RoleSource::Realm), "the same name elsewhere is another role");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Role {
    name: Box<str>,
    source: RoleSource,
}

/// The claim that carried a role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RoleSource {
    /// `realm_access.roles`.
    Realm,
    /// `resource_access.<client>.roles`, with the client's id.
    Client(Box<str>),
}

impl Role {
    /// A role of that name from that source.
    #[must_use]
    pub fn new(name: impl Into<Box<str>>, source: RoleSource) -> Self {
        Self {
            name: name.into(),
            source,
        }
    }

    /// The name, byte for byte as the token has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the token carried it.
    #[must_use]
    pub fn source(&self) -> &RoleSource {
        &self.source
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            RoleSource::Realm => write!(f, "realm/{}", self.name.escape_debug()),
            RoleSource::Client(client) => write!(f, "{}/{}", client.escape_debug(), self.name.escape_debug()),
        }
    }
}
