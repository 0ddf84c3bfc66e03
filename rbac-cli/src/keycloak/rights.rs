//! What whoever asks must be allowed to.

use crate::exit::Failure;

/// A right of the Admin REST API, by the name of its role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Right {
    ViewClients,
    ManageClients,
    ViewRealm,
    ManageRealm,
}

impl Right {
    const fn name(self) -> &'static str {
        match self {
            Self::ViewClients => "view-clients",
            Self::ManageClients => "manage-clients",
            Self::ViewRealm => "view-realm",
            Self::ManageRealm => "manage-realm",
        }
    }
}

/// Somebody with an account: who it is, and where its rights are given.
#[derive(Debug)]
pub(super) struct Holder {
    pub(super) who: String,
    pub(super) realm: String,
    /// Whether the account is of the same realm as it asks about.
    pub(super) at_home: bool,
}

impl Holder {
    /// The right is missing.
    pub(super) fn lacks(&self, right: Right, what: &str) -> Failure {
        let Self { who, realm, at_home } = self;
        let client = if *at_home {
            "realm-management".to_owned()
        } else {
            format!("{realm}-realm")
        };
        let right = right.name();
        Failure::Unjudged(format!(
            "{who} may not {what}: it lacks the role `{right}` of the client `{client}`"
        ))
    }
}
