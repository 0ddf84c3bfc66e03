//! Which permissions and roles a handler demands.

use std::borrow::Cow;
use std::fmt;

use crate::permission::Permission;

/// A tree of permissions and roles. An empty [`Condition::Any`] denies; an empty [`Condition::All`] denies too, because a
/// rule that says nothing opens nothing.
///
/// ```
/// use rbac_core::policy::Condition;
///
/// static RULE: Condition = Condition::any(const {
///     &[Condition::permission("data:write"), Condition::realm_role("auditor")]
/// });
/// assert_eq!(RULE.to_string(), r#"any("data:write", role("auditor"))"#);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Condition {
    /// Any verified principal.
    Authenticated,
    /// A permission, `resource:action`.
    Permission(Cow<'static, str>),
    /// A role: of the realm, or of the client that is named.
    Role {
        /// The role's name, byte for byte.
        name: Cow<'static, str>,
        /// The client's id; `None` is the realm.
        client: Option<Cow<'static, str>>,
    },
    /// At least one of these holds.
    Any(Cow<'static, [Condition]>),
    /// Each of these holds.
    All(Cow<'static, [Condition]>),
}

impl Condition {
    /// Any verified principal.
    #[must_use]
    pub const fn authenticated() -> Self {
        Self::Authenticated
    }

    /// The permission `name`, `resource:action`.
    #[must_use]
    pub const fn permission(name: &'static str) -> Self {
        Self::Permission(Cow::Borrowed(name))
    }

    /// The permission of a typed constant.
    #[must_use]
    pub const fn permission_const(permission: Permission) -> Self {
        Self::permission(permission.as_str())
    }

    /// The realm role `name`.
    #[must_use]
    pub const fn realm_role(name: &'static str) -> Self {
        Self::Role {
            name: Cow::Borrowed(name),
            client: None,
        }
    }

    /// The role `name` of the client with the id `client`.
    #[must_use]
    pub const fn client_role(client: &'static str, name: &'static str) -> Self {
        Self::Role {
            name: Cow::Borrowed(name),
            client: Some(Cow::Borrowed(client)),
        }
    }

    /// At least one of `conditions`.
    #[must_use]
    pub const fn any(conditions: &'static [Self]) -> Self {
        Self::Any(Cow::Borrowed(conditions))
    }

    /// Each of `conditions`.
    #[must_use]
    pub const fn all(conditions: &'static [Self]) -> Self {
        Self::All(Cow::Borrowed(conditions))
    }
}

/// As it is written in the attribute.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticated => f.write_str("authenticated"),
            Self::Permission(name) => write!(f, "{name:?}"),
            Self::Role { name, client: None } => write!(f, "role({name:?})"),
            Self::Role {
                name,
                client: Some(client),
            } => write!(f, "role({name:?}, client = {client:?})"),
            Self::Any(conditions) => list(f, "any", conditions),
            Self::All(conditions) => list(f, "all", conditions),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, conditions: &[Condition]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, condition) in conditions.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{condition}")?;
    }
    f.write_str(")")
}
