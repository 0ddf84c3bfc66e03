//! From a token to a principal.

use std::sync::Arc;

use crate::catalogue::Grants;
use crate::clock::Clock;
use crate::config::{Config, TokenValidation};
use crate::issuer::{
    Directory, Freshness, IntrospectionError, Introspector, IssuerClient, KeyStore, Unavailable,
};
use crate::jwk::{KeySet, SelectError};
use crate::jws::{self, JwsError, SignatureValid};
use crate::principal::{Principal, RolePolicy};
use crate::token::{TokenError, UnverifiedToken};
use crate::verify::{ClaimsError, ClaimsPolicy, VerifiedClaims};

/// Why a token made nobody a principal. Nothing of the token is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// The token is longer than the limit.
    #[error("the token is too long")]
    TooLong,
    /// The token is no signed token of the strict form that is accepted.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No acceptable key signed it.
    #[error(transparent)]
    Signature(#[from] JwsError),
    /// A claim is not acceptable.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
    /// The issuer says that the token is not active. Often the session was ended, or this client is not in `aud`.
    #[error("the issuer says that the token is not active")]
    Inactive,
    /// Nobody could say whether the token is good.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Turns tokens into principals as the configuration says.
pub(crate) struct Authenticator {
    config: Config,
    clock: Arc<dyn Clock>,
    claims: ClaimsPolicy,
    roles: RolePolicy,
    keys: Arc<KeyStore>,
    introspector: Option<Arc<Introspector>>,
}

impl Authenticator {
    pub(crate) fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        client: &IssuerClient,
        directory: &Arc<Directory>,
        grants: Grants,
    ) -> Self {
        let keys = KeyStore::new(client.clone(), Arc::clone(directory), Arc::clone(&clock));
        let introspector =
            Introspector::new(client.clone(), Arc::clone(directory), Arc::clone(&clock), &config);
        let (claims, roles) = (ClaimsPolicy::new(&config), config.role_policy(grants));
        Self {
            config,
            clock,
            claims,
            roles,
            keys,
            introspector,
        }
    }

    /// The principal of `token`; with `fresh`, the issuer is asked for this very request.
    pub(crate) async fn authenticate(
        &self,
        token: &str,
        fresh: bool,
    ) -> Result<Principal, AuthenticationError> {
        if token.len() > self.config.limits.token_bytes {
            return Err(AuthenticationError::TooLong);
        }
        let claims = match (self.config.validation, fresh) {
            (TokenValidation::Local, false) => self.verify(token).await?,
            (TokenValidation::Introspection, false) => self.introspect(token, Freshness::Shared).await?,
            (TokenValidation::Introspection, true) => self.introspect(token, Freshness::Now).await?,
            (TokenValidation::Hybrid, false) => self.verify_then_introspect(token, Freshness::Cached).await?,
            (TokenValidation::Local | TokenValidation::Hybrid, true) => {
                self.verify_then_introspect(token, Freshness::Now).await?
            }
        };
        Ok(Principal::new(claims.into_claims(), &self.roles))
    }

    pub(crate) fn keys(&self) -> &Arc<KeyStore> {
        &self.keys
    }

    pub(crate) fn can_introspect(&self) -> bool {
        self.introspector.is_some()
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
        self.claims.check_signed(&signed, self.clock.unix_now())?;
        self.introspect(token, freshness).await
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
    async fn check_signature<'t>(
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
    pub(crate) fn insecure_principal(&self) -> Option<Principal> {
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
    pub(crate) fn insecure_principal(&self) -> Option<Principal> {
        None
    }
}
