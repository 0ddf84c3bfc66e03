//! From what a request brought to a principal.

mod authority;
mod error;
mod explain;
mod logout;
mod presented;
mod sender;

use std::sync::Arc;

pub(crate) use authority::Authority;
pub use error::AuthenticationError;
pub(crate) use explain::{Standard, explain};
pub use explain::{TokenCheck, TokenExplanation};
pub(crate) use presented::{DpopRequest, FirstTimeOnce, Presented, Scheme};
pub(crate) use sender::SenderCheck;
pub use sender::SenderError;

use crate::catalogue::Grants;
use crate::clock::Clock;
use crate::config::Config;
use crate::dpop::ReplayStore;
use crate::issuer::BuildError;
use crate::principal::Principal;
use crate::token::{TokenError, UnverifiedToken};
use crate::verify::ClaimsError;

/// Turns tokens into principals as the configuration says.
pub(crate) struct Authenticator {
    /// In bytes; the greatest that any of the issuers allows.
    max_token_bytes: usize,
    /// The configured issuer.
    first: Arc<Authority>,
    /// The further ones of `Config::also_trust`.
    further: Vec<Arc<Authority>>,
    sender: SenderCheck,
    clock: Arc<dyn Clock>,
}

impl Authenticator {
    pub(crate) fn new(
        config: &Config,
        clock: &Arc<dyn Clock>,
        grants: &Grants,
        used_proofs: Arc<dyn ReplayStore>,
    ) -> Result<Self, BuildError> {
        let authority = |config: &Config| Authority::new(config.clone(), clock, grants.clone()).map(Arc::new);
        let limit = |config: &Config| config.limits.token_bytes;
        Ok(Self {
            max_token_bytes: config.further.iter().map(limit).fold(limit(config), usize::max),
            first: authority(config)?,
            further: config.further.iter().map(authority).collect::<Result<_, _>>()?,
            sender: SenderCheck::new(config, used_proofs),
            clock: Arc::clone(clock),
        })
    }

    /// The principal of what a request brought; with `fresh`, the issuer is asked for this very request.
    pub(crate) async fn authenticate(
        &self,
        presented: &Presented<'_>,
        fresh: bool,
    ) -> Result<Principal, AuthenticationError> {
        if presented.token.len() > self.max_token_bytes {
            return Err(AuthenticationError::TooLong);
        }
        let authority = self.authority(presented.token)?;
        let principal = authority.judge(presented.token, fresh).await?;
        let now = self.clock.unix_now();
        self.sender
            .check(principal.confirmation(), presented, now)
            .await?;
        // INVARIANT: last, whatever said that the token is good, and however long ago.
        if authority.revocations().refuses(principal.claims()) {
            return Err(AuthenticationError::Revoked);
        }
        Ok(principal)
    }

    pub(crate) fn sender(&self) -> &SenderCheck {
        &self.sender
    }

    /// Explains why a token was refused; `now` is in seconds since 1970.
    pub(crate) fn explain(&self, token: &str, error: &AuthenticationError, now: u64) -> TokenExplanation {
        let authority = self.authority(token).unwrap_or(&self.first);
        let keys = authority.known_keys();
        let standard = Standard {
            issuers: self.authorities().map(|authority| authority.issuer()).collect(),
            config: authority.config(),
            keys: keys.as_deref(),
            now,
        };
        explain(token, error, &standard)
    }

    /// All issuers that are trusted, the configured one first.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = &Arc<Authority>> {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// The issuer whose token this claims to be. Whether it is one is that issuer's to say: its keys, its claims.
    fn authority(&self, token: &str) -> Result<&Arc<Authority>, AuthenticationError> {
        if self.further.is_empty() {
            return Ok(&self.first);
        }
        let token = match UnverifiedToken::parse(token, self.max_token_bytes) {
            Ok(token) => token,
            // INVARIANT: a token that cannot be read is shown to the first issuer alone, never to one after the other: each
            // would learn the others' tokens.
            Err(TokenError::NotThreeParts) if self.first.reads_opaque_tokens() => return Ok(&self.first),
            Err(error) => return Err(error.into()),
        };
        // INVARIANT: the token's word chooses among the configured issuers, and can name no other.
        let claimed = token.unverified_issuer().map_err(|_| ClaimsError::Issuer)?;
        self.authorities()
            .find(|authority| authority.issuer() == claimed)
            .ok_or_else(|| ClaimsError::Issuer.into())
    }

    /// The development principal, while authentication is switched off; else nobody.
    pub(crate) fn insecure_principal(&self) -> Option<Principal> {
        self.first.insecure_principal()
    }
}
