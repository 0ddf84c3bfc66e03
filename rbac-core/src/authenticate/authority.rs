//! One issuer that is trusted, and all that belongs to it alone.

use std::sync::Arc;

use super::cache::{Bounds, Fingerprint, Held, TokenCache, Verified};
use super::error::AuthenticationError;
use crate::catalogue::Grants;
use crate::clock::{Clock, Moment};
use crate::config::{Config, TokenValidation};
use crate::issuer::{
    BuildError, Directory, ExpiringMap, Freshness, IntrospectionError, Introspector, IssuerClient, KeyStore,
    Unavailable,
};
use crate::jwk::{KeySet, SelectError};
use crate::jws::{self, JwsError, SignatureValid};
use crate::principal::{Principal, RolePolicy};
use crate::revocation::{LogoutPolicy, Revocations};
use crate::token::UnverifiedToken;
use crate::verify::{ClaimsError, ClaimsPolicy, VerifiedClaims};

/// How many used logout tokens are known again. What is beyond ends once more what was ended already.
const MAX_LOGOUTS: usize = 10_000;

/// An issuer with its keys, its endpoints, what its tokens must say and which of their roles count.
///
/// Nothing of it is shared with another issuer: a key id, a role or an answer of one means nothing to another.
pub(crate) struct Authority {
    pub(super) config: Config,
    pub(super) clock: Arc<dyn Clock>,
    claims: ClaimsPolicy,
    roles: Arc<RolePolicy>,
    directory: Arc<Directory>,
    keys: Arc<KeyStore>,
    introspector: Option<Arc<Introspector>>,
    pub(super) revocations: Arc<Revocations>,
    pub(super) logouts: LogoutPolicy,
    /// The logout tokens that were used, as long as they would be accepted again.
    pub(super) logouts_seen: ExpiringMap<[u8; 32], ()>,
    memory: Memory,
}

/// What is remembered of tokens, shared with the other issuers, and which of them this one is.
#[derive(Clone)]
pub(super) struct Memory {
    pub(super) cache: Option<Arc<TokenCache>>,
    pub(super) authority: usize,
}

/// A token on its way, with what the cache knows it by, if there is one.
#[derive(Clone, Copy)]
pub(super) struct Shown<'t> {
    pub(super) token: &'t str,
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Authority {
    pub(super) fn new(
        config: Config,
        clock: &Arc<dyn Clock>,
        grants: Grants,
        memory: Memory,
    ) -> Result<Self, BuildError> {
        let client = IssuerClient::new(&config.base)?;
        let directory = Directory::new(client.clone(), &config);
        let keys = KeyStore::new(client.clone(), Arc::clone(&directory), Arc::clone(clock));
        let introspector = Introspector::new(client, Arc::clone(&directory), Arc::clone(clock), &config);
        Ok(Self {
            claims: ClaimsPolicy::new(&config),
            roles: Arc::new(config.role_policy(grants)),
            logouts: LogoutPolicy::new(&config),
            logouts_seen: ExpiringMap::new(MAX_LOGOUTS),
            revocations: Arc::new(Revocations::new(&config, Arc::clone(clock))),
            clock: Arc::clone(clock),
            config,
            directory,
            keys,
            introspector,
            memory,
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        self.config.issuer()
    }

    pub(crate) fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// The keys as they are known now; nobody is asked for them.
    pub(super) fn known_keys(&self) -> Option<Arc<KeySet>> {
        self.keys.known()
    }

    pub(crate) fn can_introspect(&self) -> bool {
        self.introspector.is_some()
    }

    /// Whether tokens that only the issuer can read are acceptable.
    pub(super) fn reads_opaque_tokens(&self) -> bool {
        self.config.validation == TokenValidation::Introspection
    }

    /// The principal of a token; with `fresh`, the issuer is asked for this very request.
    pub(super) async fn judge(
        &self,
        shown: Shown<'_>,
        fresh: bool,
    ) -> Result<Principal, AuthenticationError> {
        let token = shown.token;
        let claims = match (self.config.validation, fresh) {
            (TokenValidation::Local, false) => return self.verify(shown).await,
            (TokenValidation::Introspection, false) => self.introspect(token, Freshness::Shared).await?,
            (TokenValidation::Introspection, true) => self.introspect(token, Freshness::Now).await?,
            (TokenValidation::Hybrid, false) => self.verify_then_introspect(shown, Freshness::Cached).await?,
            (TokenValidation::Hybrid, true) => self.verify_then_introspect(shown, Freshness::Now).await?,
            // What is remembered here is a principal by its own claims, which a lightweight token cannot become.
            (TokenValidation::Local, true) => {
                let unknown = Shown {
                    fingerprint: None,
                    ..shown
                };
                self.verify_then_introspect(unknown, Freshness::Now).await?
            }
        };
        Ok(Principal::of(claims, &self.roles))
    }

    /// The principal of a token that was verified before, if that can be told at once: without a question, a wait or a look
    /// at the token itself.
    // INVARIANT: only where a principal by the token's own claims is what is asked for.
    pub(super) fn recall(&self, verified: Verified, fresh: bool) -> Option<Principal> {
        let is_enough = self.config.validation == TokenValidation::Local && !fresh;
        verified.into_principal().filter(|_| is_enough)
    }

    /// The edition of the keys, where nothing has to be asked about them; see [`KeyStore::settled_edition`].
    pub(super) fn settled_keys(&self, now: Moment) -> Option<u64> {
        self.keys.settled_edition(now.monotonic)
    }

    /// Whether the token was taken back.
    pub(super) fn refuses(&self, principal: &Principal, now: Moment) -> bool {
        // INVARIANT: read before the look whose result is kept beside it.
        let generation = self.revocations.generation(now);
        if principal.passed(generation) {
            return false;
        }
        let refused = self.revocations.refuses(principal.claims());
        if !refused {
            principal.pass(generation);
        }
        refused
    }

    /// Asks for the issuer's endpoints and keys, so that the first request need not.
    ///
    /// # Errors
    /// The issuer does not answer, or contradicts the configuration. Trouble with the keys is none: requests try again.
    pub(crate) async fn meet(&self) -> Result<(), Unavailable> {
        self.directory.discover().await?;
        if self.config.validation != TokenValidation::Introspection {
            // Trouble is logged where it happens.
            let _ = self.keys.fetch_shared().await;
        }
        Ok(())
    }

    /// Whether tokens can be judged now; asks the issuer if that is not known.
    pub(crate) async fn ready(&self) -> Result<(), Unavailable> {
        if self.config.validation != TokenValidation::Introspection {
            self.keys.current().await?;
        }
        if self.config.validation != TokenValidation::Local {
            self.directory.endpoints().await?;
        }
        Ok(())
    }

    async fn verify(&self, shown: Shown<'_>) -> Result<Principal, AuthenticationError> {
        let verified = self.locally(shown, |signed, held| {
            let window = self.claims.window(signed.claims());
            let claims = self.claims.verify(signed, held.now.unix)?;
            let principal = Principal::of(claims, &self.roles);
            Ok(Verified::principal(principal, Bounds::new(held, window)))
        });
        verified
            .await?
            .into_principal()
            .ok_or(ClaimsError::Subject.into())
    }

    /// The cheap check first: a token that nobody signed never costs the issuer a question.
    async fn verify_then_introspect(
        &self,
        shown: Shown<'_>,
        freshness: Freshness,
    ) -> Result<VerifiedClaims, AuthenticationError> {
        let verified = self.locally(shown, |signed, held| {
            let window = self.claims.window(signed.claims());
            let confirmation = self.claims.check_signed(&signed, held.now.unix)?;
            Ok(Verified::signed(confirmation, Bounds::new(held, window)))
        });
        let confirmation = verified.await?.confirmation();
        // INVARIANT: a binding that the issuer signed is not lost by an answer that does not repeat it.
        Ok(self
            .introspect(shown.token, freshness)
            .await?
            .bound_as(confirmation)?)
    }

    async fn introspect(
        &self,
        token: &str,
        freshness: Freshness,
    ) -> Result<VerifiedClaims, AuthenticationError> {
        let introspector = self.introspector.as_ref().ok_or(Unavailable::NoClientSecret)?;
        match introspector.ask(token, freshness).await {
            Ok(active) => Ok(self.claims.verify_active(&active, self.clock.unix_now())?),
            Err(IntrospectionError::Inactive) => Err(AuthenticationError::Inactive),
            Err(IntrospectionError::Unavailable(reason)) => Err(reason.into()),
        }
    }

    /// What the token's signature and claims prove, as `judge` sees it, or as it is remembered.
    async fn locally(
        &self,
        shown: Shown<'_>,
        judge: impl Fn(SignatureValid<'_>, Held) -> Result<Verified, AuthenticationError>,
    ) -> Result<Verified, AuthenticationError> {
        if let Some(known) = self.known(shown) {
            return Ok(known);
        }
        // Before anything is asked: what is no token costs the issuer nothing.
        let token = UnverifiedToken::parse(shown.token, self.config.limits.token_bytes)?;
        let verified = self.with_keys(|keys| {
            let held = self.held_against(keys);
            let verify = || judge(self.check_with(&token, keys)?, held);
            match (&self.memory.cache, shown.fingerprint) {
                (Some(cache), Some(fingerprint)) => cache.recall_or(fingerprint, held, verify),
                _ => verify(),
            }
        });
        verified.await
    }

    /// What is remembered of a token, if that still holds.
    fn known(&self, shown: Shown<'_>) -> Option<Verified> {
        let (cache, fingerprint) = (self.memory.cache.as_ref()?, shown.fingerprint?);
        let now = Moment::of(&*self.clock);
        cache.verified(fingerprint, now, |authority| {
            (authority == self.memory.authority)
                .then(|| self.settled_keys(now))
                .flatten()
        })
    }

    fn held_against(&self, keys: &KeySet) -> Held {
        Held {
            authority: self.memory.authority,
            keys: keys.edition(),
            now: Moment::of(&*self.clock),
        }
    }

    pub(super) async fn check_signature<'t>(
        &self,
        token: &'t UnverifiedToken<'t>,
    ) -> Result<SignatureValid<'t>, AuthenticationError> {
        self.with_keys(|keys| Ok(self.check_with(token, keys)?)).await
    }

    /// What `verify` says with the issuer's keys.
    ///
    /// A new key works with its first token: an unknown key id has the keys fetched once, within a cool-down.
    async fn with_keys<T>(
        &self,
        verify: impl Fn(&KeySet) -> Result<T, AuthenticationError>,
    ) -> Result<T, AuthenticationError> {
        if self.config.switches.insecure_skip_signature {
            return verify(&KeySet::default());
        }
        let keys = self.keys.current().await?;
        match verify(&keys) {
            Err(AuthenticationError::Signature(JwsError::Key(
                SelectError::UnknownKeyId | SelectError::NoCompatibleKey,
            ))) => {}
            judged => return judged,
        }
        match self.keys.after_unknown_key(&keys).await {
            Some(newer) => verify(&newer),
            None => Err(JwsError::Key(SelectError::UnknownKeyId).into()),
        }
    }

    fn check_with<'t>(
        &self,
        token: &'t UnverifiedToken<'t>,
        keys: &KeySet,
    ) -> Result<SignatureValid<'t>, JwsError> {
        #[cfg(feature = "insecure-dev")]
        if self.config.switches.insecure_skip_signature {
            return crate::jws::insecure_skip_signature(token);
        }
        jws::verify(token, keys, &self.config.algorithms)
    }

    /// The development principal, while authentication is switched off; else nobody.
    #[cfg(feature = "insecure-dev")]
    pub(super) fn insecure_principal(&self) -> Option<Principal> {
        self.config.switches.insecure_skip_authentication.then(|| {
            let admin: Vec<&str> = self.config.admin_role.iter().map(String::as_str).collect();
            let claims = serde_json::json!({
                "sub": "insecure-dev",
                "preferred_username": "insecure-dev",
                "exp": self.clock.unix_now().saturating_add(3600),
                "realm_access": {"roles": admin},
            });
            let members = claims.as_object().cloned().unwrap_or_default();
            Principal::new(crate::claims::Claims::new(members), &self.roles)
        })
    }

    /// Nobody: this build has no development switches.
    #[cfg(not(feature = "insecure-dev"))]
    #[expect(clippy::unused_self, reason = "one signature with and without the feature")]
    pub(super) fn insecure_principal(&self) -> Option<Principal> {
        None
    }
}
