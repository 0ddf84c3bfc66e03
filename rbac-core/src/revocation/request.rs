//! What an application takes back itself.

use super::mark::{Kind, Mark};
use super::{Change, Revocations};
use crate::principal::Principal;

/// Tokens to take back, for [`Rbac::revoke`](crate::Rbac::revoke).
///
/// ```
/// # use rbac_core::{RevocationError, Rbac, Revocation, Principal};
/// # async fn example(rbac: &Rbac, thief: &Principal) -> Result<(), RevocationError> {
/// rbac.revoke(&Revocation::token(thief)).await?;                 // this token
/// rbac.revoke(&Revocation::subject(thief.subject())).await?;     // all that this user has now
/// rbac.revoke(&Revocation::issued_before(1_800_000_000)).await   // everybody's that are older
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "nothing is taken back before `Rbac::revoke`"]
pub struct Revocation {
    issuer: Option<String>,
    what: What,
}

#[derive(Clone, PartialEq, Eq)]
enum What {
    Token { id: Option<String>, until: Option<u64> },
    Session(String),
    Subject(String),
    IssuedBefore(u64),
}

/// A token could not be taken back.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// The token has no `jti`. Take its session or its subject back.
    #[error("the token has no `jti` to name it by")]
    NoTokenId,
    /// The issuer is none of those that are trusted.
    #[error("the issuer is none of those that are trusted")]
    UnknownIssuer,
}

impl Revocation {
    /// The very token that `principal` came with.
    pub fn token(principal: &Principal) -> Self {
        let claims = principal.claims();
        Self {
            issuer: claims.string("iss").map(str::to_owned),
            what: What::Token {
                id: principal.token_id().map(str::to_owned),
                until: claims.seconds("exp"),
            },
        }
    }

    /// The token with that `jti`. One that [`Self::token`] takes needs less memory, since its end is known.
    pub fn token_id(id: impl Into<String>) -> Self {
        Self::new(What::Token {
            id: Some(id.into()),
            until: None,
        })
    }

    /// All tokens of the session with that `sid`, also those that are still to be issued.
    pub fn session(id: impl Into<String>) -> Self {
        Self::new(What::Session(id.into()))
    }

    /// All tokens of the user or service account with that `sub` that are issued by now.
    ///
    /// The issuer's clock may be ahead of ours: a new login counts once the leeway (`KEYCLOAK_CLOCK_SKEW`) is over. A token
    /// that does not say when it was issued is refused for as long as this is remembered.
    pub fn subject(id: impl Into<String>) -> Self {
        Self::new(What::Subject(id.into()))
    }

    /// All tokens issued before that second since 1970, and those that do not say when they were issued. A time that is
    /// earlier than one given before changes nothing.
    pub fn issued_before(time: u64) -> Self {
        Self::new(What::IssuedBefore(time))
    }

    /// The same at another of the trusted issuers; else it is the configured one, or that of the principal.
    pub fn at_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    const fn new(what: What) -> Self {
        Self { issuer: None, what }
    }

    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

impl Revocations {
    /// What to apply for a revocation by the application.
    ///
    /// # Errors
    /// It names a token without an id.
    pub(crate) fn requested(&self, revocation: &Revocation) -> Result<Change, RevocationError> {
        // INVARIANT: a token that was ever accepted was issued at most the leeway after our own now.
        let at = self.clock.unix_now().saturating_add(self.skew);
        let mark = |kind, name: &str, until| Change::Mark {
            mark: Mark::of(kind, &self.issuer, name),
            at,
            until,
        };
        Ok(match &revocation.what {
            What::Token { id: None, .. } => return Err(RevocationError::NoTokenId),
            What::Token { id: Some(id), until } => mark(Kind::Token, id, *until),
            What::Session(id) => mark(Kind::Session, id, None),
            What::Subject(id) => mark(Kind::Subject, id, None),
            What::IssuedBefore(time) => Change::NotBefore(*time),
        })
    }
}

/// What is taken back by which claim; not whose it is.
impl std::fmt::Debug for Revocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let by = match self.what {
            What::Token { .. } => Kind::Token.claim(),
            What::Session(_) => Kind::Session.claim(),
            What::Subject(_) => Kind::Subject.claim(),
            What::IssuedBefore(_) => "iat",
        };
        f.debug_struct("Revocation")
            .field("by", &by)
            .finish_non_exhaustive()
    }
}
