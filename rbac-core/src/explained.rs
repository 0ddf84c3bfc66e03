//! Why a request was refused: about its token, or about the rule.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use rbac_catalogue::Catalogue;

use crate::authenticate::{self, AuthenticationError, Standard, TokenExplanation};
use crate::catalogue::Grants;
use crate::claims::Claims;
use crate::config::Config;
use crate::jwk::KeySet;
use crate::policy::{self, Explanation, Facts, Requirement};
use crate::principal::Principal;

/// Why a request was refused: what is wrong with its token, or what the rule misses. `Display` is one line.
///
/// # Security
/// For the operator, not for the caller: see [`TokenExplanation`] and [`Explanation`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Explained {
    /// The token.
    Token(TokenExplanation),
    /// The rule.
    Rule(Box<Explanation>),
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(token) => token.fmt(f),
            Self::Rule(rule) => rule.fmt(f),
        }
    }
}

/// Explains tokens and rules outside a request, for tools: with the words of the log and the audit.
///
/// ```
/// use rbac_core::policy::{Conclusion, Condition, Facts, Requirement};
/// use rbac_core::{Config, Explainer};
/// # use serde_json::json;
///
/// let config = Config::from_vars(|name| (name == "KEYCLOAK_SERVER_URL").then(|| "https://sso.example.com".into()))?;
/// let explainer = Explainer::new(&config);
/// let rule = Requirement::new(Condition::permission("data:read"));
/// let claims = |role: &str| json!({"resource_access": {"myapp-backend": {"roles": [role]}}}).as_object().cloned().unwrap();
///
/// let explained = |role: &str| explainer.explain_rule(&claims(role), &rule, &Facts::default(), 1_700_000_000);
/// assert_eq!(explained("data:read").conclusion, Conclusion::Allow);
/// assert!(explained("Data:Read").to_string().contains("differs by the case of its letters"));
/// # Ok::<(), rbac_core::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Explainer {
    config: Config,
    grants: Grants,
}

impl Explainer {
    /// Explains by a configuration, without a catalogue.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            grants: Grants::default(),
        }
    }

    /// Lets roles grant what `catalogue` says.
    #[must_use]
    pub fn catalogue(mut self, catalogue: &Catalogue) -> Self {
        self.grants.add(catalogue);
        self
    }

    /// What a requirement comes to for claims that need not be verified. `now` is in seconds since 1970.
    ///
    /// A boundary whose values `facts` does not state is left open.
    ///
    /// # Security
    /// It says what would be decided if the claims were true. Nobody is let in by it.
    #[must_use]
    pub fn explain_rule(
        &self,
        unverified_claims: &Map<String, Value>,
        requirement: &Requirement,
        facts: &Facts,
        now: u64,
    ) -> Explanation {
        let claims = Claims::new(unverified_claims.clone());
        let policy = self
            .issuer_of(claims.string("iss"))
            .role_policy(self.grants.clone());
        // INVARIANT: this principal, which nobody verified, is seen by the explanation alone.
        let unverified = Principal::new(claims, &Arc::new(policy));
        policy::explain(&unverified, requirement, facts, now)
    }

    /// Why `token` was refused with `error`; `keys` are the issuer's, where they are known. `now` is in seconds since 1970.
    #[must_use]
    pub fn explain_token(
        &self,
        token: &str,
        error: &AuthenticationError,
        keys: Option<&KeySet>,
        now: u64,
    ) -> TokenExplanation {
        let standard = Standard {
            issuers: self.config.issuers().collect(),
            config: &self.config,
            keys,
            now,
        };
        authenticate::explain(token, error, &standard)
    }

    fn issuer_of(&self, claimed: Option<&str>) -> &Config {
        let further = self.config.further.iter();
        let named = further.clone().find(|config| Some(config.issuer()) == claimed);
        named.unwrap_or(&self.config)
    }
}
