//! One issuer that is trusted, and all that belongs to it alone.

use std::sync::Arc;

use super::error::AuthenticationError;
use crate::catalogue::Grants;
use crate::clock::Clock;
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
use crate::verify::{ClaimsPolicy, VerifiedClaims};

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
}

impl Authority {
    pub(crate) fn new(config: Config, clock: &Arc<dyn Clock>, grants: Grants) -> Result<Self, BuildError> {
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

    /// The principal of `token`; with `fresh`, the issuer is asked for this very request.
    pub(super) async fn judge(&self, token: &str, fresh: bool) -> Result<Principal, AuthenticationError> {
        let claims = match (self.config.validation, fresh) {
            (TokenValidation::Local, false) => self.verify(token).await?,
            (TokenValidation::Introspection, false) => self.introspect(token, Freshness::Shared).await?,
            (TokenValidation::Introspection, true) => self.introspect(token, Freshness::Now).await?,
            (TokenValidation::Hybrid, false) => self.verify_then_introspect(token, Freshness::Cached).await?,
            (TokenValidation::Local | TokenValidation::Hybrid, true) => {
                self.verify_then_introspect(token, Freshness::Now).await?
            }
        };
        Ok(Principal::of(claims, &self.roles))
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

    async fn verify(&self, token: &str) -> Result<VerifiedClaims, AuthenticationError> {
        let token = UnverifiedToken::parse(token, self.config.limits.token_bytes)?;
        let signed = self.check_signature(&token).await?;
        Ok(self.claims.verify(signed, self.clock.unix_now())?)
    }

    /// The cheap check first: a token that nobody signed never costs the issuer a question.
    async fn verify_then_introspect(
        &self,
        token: &str,
        freshness: Freshness,
    ) -> Result<VerifiedClaims, AuthenticationError> {
        let parsed = UnverifiedToken::parse(token, self.config.limits.token_bytes)?;
        let signed = self.check_signature(&parsed).await?;
        let confirmation = self.claims.check_signed(&signed, self.clock.unix_now())?;
        // INVARIANT: a binding that the issuer signed is not lost by an answer that does not repeat it.
        Ok(self.introspect(token, freshness).await?.bound_as(confirmation)?)
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

    /// A new key works with its first token: an unknown key id has the keys fetched once, within a cool-down.
    pub(super) async fn check_signature<'t>(
        &self,
        token: &'t UnverifiedToken<'t>,
    ) -> Result<SignatureValid<'t>, AuthenticationError> {
        #[cfg(feature = "insecure-dev")]
        if self.config.switches.insecure_skip_signature {
            return Ok(crate::jws::insecure_skip_signature(token)?);
        }
        let keys = self.keys.current().await?;
        match self.check_with(token, &keys) {
            Err(JwsError::Key(SelectError::UnknownKeyId | SelectError::NoCompatibleKey)) => {}
            judged => return Ok(judged?),
        }
        match self.keys.after_unknown_key(&keys).await {
            Some(newer) => Ok(self.check_with(token, &newer)?),
            None => Err(JwsError::Key(SelectError::UnknownKeyId).into()),
        }
    }

    fn check_with<'t>(
        &self,
        token: &'t UnverifiedToken<'t>,
        keys: &KeySet,
    ) -> Result<SignatureValid<'t>, JwsError> {
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
