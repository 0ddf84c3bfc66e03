//! The realm: its clients, users and roles, as the realm file says them.

mod client;
mod client_file;
mod file;
mod roles;
mod user;

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

pub(super) use client::{BackchannelLogout, Client, Mapper, Pkce};
pub(super) use roles::RoleSet;
pub use user::User;

/// The realm file of the demo: the same one that is imported into a Keycloak, so that the two cannot disagree.
const FILE: &str = include_str!("../../../realm/myapp-realm.json");

/// Why a realm file is of no use to the embedded issuer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RealmError {
    /// It is no realm file.
    #[error("the realm file cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It asks for something that Keycloak does and the embedded issuer does not.
    #[error("the embedded issuer does not know {0}")]
    Unsupported(String),
}

/// A realm as Keycloak would hold it after importing the file.
#[derive(Debug)]
pub struct Realm {
    name: String,
    lifespans: Lifespans,
    not_before: u64,
    clients: HashMap<String, Client>,
    users: Vec<User>,
}

/// How long things live, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifespans {
    pub(super) access_token: u64,
    pub(super) session_idle: u64,
    pub(super) session_max: u64,
    pub(super) offline_idle: u64,
    pub(super) code: u64,
    pub(super) login: u64,
}

impl Realm {
    /// The demo's realm.
    ///
    /// # Errors
    /// [`RealmError`] when the file asks for what the embedded issuer does not do.
    pub fn demo() -> Result<Self, RealmError> {
        Self::parse(FILE)
    }

    /// A realm from the text of a realm file.
    ///
    /// # Errors
    /// As for [`Self::demo`].
    pub fn parse(text: &str) -> Result<Self, RealmError> {
        file::parse(text)
    }

    /// Lets the browser clients be used at `origins` too, such as `http://localhost:8080`.
    #[must_use]
    pub fn reachable_at(mut self, origins: &[String]) -> Self {
        self.clients
            .values_mut()
            .for_each(|client| client.add_origins(origins));
        self
    }

    /// Lets logouts be told to the API at `origin`, such as `http://localhost:8080`, in the place of the one in the file.
    #[must_use]
    pub fn with_api_at(mut self, origin: &str) -> Self {
        self.clients
            .values_mut()
            .for_each(|client| client.move_backchannel_logout(origin));
        self
    }

    /// The realm's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The people, in the order of the file; service accounts are not among them.
    pub fn people(&self) -> impl Iterator<Item = &User> {
        self.users.iter().filter(|user| !user.is_service_account())
    }

    pub(super) fn lifespans(&self) -> Lifespans {
        self.lifespans
    }

    /// Tokens issued before this second are not accepted.
    pub(super) fn not_before(&self) -> u64 {
        self.not_before
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    pub(super) fn clients(&self) -> impl Iterator<Item = &Client> {
        self.clients.values()
    }

    pub(super) fn user(&self, username: &str) -> Option<&User> {
        self.users.iter().find(|user| user.username() == username)
    }

    /// The account that `client` logs in with on its own behalf.
    pub(super) fn service_account(&self, client: &Client) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.service_account_of() == Some(client.id()))
    }

    /// The person with that name (or e-mail address) and password.
    ///
    /// # Security
    /// Takes as long for an unknown name as for a wrong password. Names are lower case, as Keycloak keeps them.
    pub(super) fn log_in(&self, name: &str, password: &str) -> Option<&User> {
        let name = name.trim().to_lowercase();
        let user = self
            .people()
            .find(|user| user.username() == name || user.email() == Some(&name));
        let matches = same_secret(user.and_then(User::password).unwrap_or_default(), password);
        user.filter(|user| matches && user.password().is_some())
    }
}

/// Whether two secrets are the same, in a time that depends on neither's content nor length.
pub(super) fn same_secret(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (
        digest(&SHA256, ours.as_bytes()),
        digest(&SHA256, theirs.as_bytes()),
    );
    ours.as_ref().ct_eq(theirs.as_ref()).into()
}

#[cfg(test)]
mod tests;
