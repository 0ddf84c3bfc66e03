//! A person, or the account of a service.

use std::collections::BTreeMap;
use std::fmt;

use super::RoleSet;

/// One account of the realm.
pub struct User {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) attributes: BTreeMap<String, Vec<String>>,
    pub(super) password: Option<String>,
    pub(super) enabled: bool,
    pub(super) service_account_of: Option<String>,
    pub(super) roles: RoleSet,
}

impl User {
    /// The name to log in with.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password, which the demo prints at start: it is no secret in this realm.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The values of an attribute such as `department`; none when it is not set.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &[String] {
        self.attributes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The realm roles, and per client its roles, with all that composite roles contain.
    pub fn role_names(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let realm = self.roles.realm.iter().map(|role| (None, role.as_str()));
        let clients = self.roles.clients.iter();
        realm.chain(clients.flat_map(|(client, roles)| {
            roles
                .iter()
                .map(move |role| (Some(client.as_str()), role.as_str()))
        }))
    }

    /// First and last name, as far as there are.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    pub(in crate::issuer) fn id(&self) -> &str {
        &self.id
    }

    pub(in crate::issuer) fn email_verified(&self) -> bool {
        self.email_verified
    }

    pub(in crate::issuer) fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    pub(in crate::issuer) fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    pub(in crate::issuer) fn is_enabled(&self) -> bool {
        self.enabled
    }

    pub(in crate::issuer) fn roles(&self) -> &RoleSet {
        &self.roles
    }

    pub(in crate::issuer) fn is_service_account(&self) -> bool {
        self.service_account_of.is_some()
    }

    pub(in crate::issuer) fn service_account_of(&self) -> Option<&str> {
        self.service_account_of.as_deref()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
