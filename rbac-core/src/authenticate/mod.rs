//! From what a request brought to a principal.

mod authority;
mod cache;
mod error;
mod explain;
mod logout;
mod presented;
mod sender;

use std::sync::Arc;

pub(crate) use authority::Authority;
use authority::{Memory, Shown};
pub use cache::TokenCacheStats;
use cache::{Fingerprint, TokenCache};
pub use error::AuthenticationError;
pub(crate) use explain::{Standard, explain};
pub use explain::{TokenCheck, TokenExplanation};
pub(crate) use presented::{DpopRequest, FirstTimeOnce, Presented, Scheme};
pub(crate) use sender::SenderCheck;
pub use sender::SenderError;

use crate::catalogue::Grants;
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::dpop::ReplayStore;
use crate::issuer::BuildError;
use crate::principal::Principal;
use crate::telemetry;
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
    cache: Option<Arc<TokenCache>>,
}

impl Authenticator {
    pub(crate) fn new(
        config: &Config,
        clock: &Arc<dyn Clock>,
        grants: &Grants,
        used_proofs: Arc<dyn ReplayStore>,
    ) -> Result<Self, BuildError> {
        let cache = Some(config.limits.token_cache)
            // While signatures are not checked there is nothing to remember.
            .filter(|_| !config.switches.insecure_skip_signature)
            .and_then(TokenCache::new)
            .map(Arc::new);
        let authority = |(authority, config): (usize, &Config)| {
            let cache = cache.clone();
            Authority::new(config.clone(), clock, grants.clone(), Memory { cache, authority }).map(Arc::new)
        };
        let limit = |config: &Config| config.limits.token_bytes;
        Ok(Self {
            max_token_bytes: config.further.iter().map(limit).fold(limit(config), usize::max),
            first: authority((0, config))?,
            further: (1..)
                .zip(&config.further)
                .map(authority)
                .collect::<Result<_, _>>()?,
            sender: SenderCheck::new(config, used_proofs),
            clock: Arc::clone(clock),
            cache,
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
        let fingerprint = self
            .cache
            .as_ref()
            .and_then(|cache| cache.fingerprint(presented.token.as_bytes()));
        let known = fingerprint.and_then(|fingerprint| self.recall(fingerprint, fresh));
        let (authority, principal) = match known {
            Some(known) => {
                telemetry::token_cache(true);
                known
            }
            None => self.judge(presented.token, fingerprint, fresh).await?,
        };
        let now = Moment::of(&*self.clock);
        self.sender
            .check(principal.confirmation(), presented, now.unix)
            .await?;
        // INVARIANT: last, whatever said that the token is good, and however long ago.
        if authority.refuses(&principal, now) {
            self.forget(fingerprint);
            return Err(AuthenticationError::Revoked);
        }
        Ok(principal)
    }

    /// What the cache of verified tokens holds; `None` where it is off.
    pub(crate) fn cache_stats(&self) -> Option<TokenCacheStats> {
        self.cache.as_ref().map(|cache| cache.stats())
    }

    /// The principal of a token that was verified before, if that can be told at once.
    fn recall(&self, token: Fingerprint, fresh: bool) -> Option<(&Authority, Principal)> {
        let now = Moment::of(&*self.clock);
        let authority = |at| self.authorities().nth(at);
        let edition = |at| authority(at)?.settled_keys(now);
        let verified = self.cache.as_ref()?.verified(token, now, edition)?;
        let authority = authority(verified.authority())?;
        Some((authority, authority.recall(verified, fresh)?))
    }

    async fn judge(
        &self,
        token: &str,
        fingerprint: Option<Fingerprint>,
        fresh: bool,
    ) -> Result<(&Authority, Principal), AuthenticationError> {
        let authority = self.authority(token)?;
        let principal = authority.judge(Shown { token, fingerprint }, fresh).await?;
        Ok((authority, principal))
    }

    fn forget(&self, token: Option<Fingerprint>) {
        if let (Some(cache), Some(token)) = (&self.cache, token) {
            cache.forget(token);
        }
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
