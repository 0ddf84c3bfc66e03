//! What the fuzz targets call, and nobody else can: the module is there only under `--cfg fuzzing`, which no feature sets.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use serde_json::Value;

use crate::actix::{self, CredentialsError, FactsError};
use crate::catalogue::Grants;
use crate::claims::Claims;
use crate::clock::Clock;
use crate::config::{Config, TokenPlaces};
use crate::dpop::{DpopError, Proof, ProofCheck};
use crate::issuer::{self, IntrospectionError};
use crate::jws;
use crate::policy::{Facts, Requirement};
use crate::principal::Principal;
use crate::revocation::{LogoutPolicy, Revocations};
use crate::token::UnverifiedToken;
use crate::verify::{ClaimsPolicy, VerifiedClaims};

/// The token of a request that may have it in the header alone.
pub fn bearer(request: &HttpRequest) -> Result<Option<&str>, CredentialsError> {
    actix::credentials(request, &TokenPlaces::default(), false).map(|found| found.map(|found| found.token))
}

/// The values of the boundaries that the request names.
pub fn facts(request: &HttpRequest, requirement: &Requirement) -> Result<Facts, FactsError> {
    actix::read_facts(request, requirement)
}

/// What a proof says whose signature is taken for valid.
pub fn proof(check: &ProofCheck<'_>, text: &str, now: u64) -> Result<Proof, DpopError> {
    check.verify_but_for_signature(text, now)
}

/// The way of a token or an answer behind the signature.
pub struct Judge {
    config: Config,
    claims: ClaimsPolicy,
}

impl Judge {
    /// Judges by that configuration.
    pub fn new(config: Config) -> Self {
        let claims = ClaimsPolicy::new(&config);
        Self { config, claims }
    }

    /// The principal of a token whose signature is taken for valid; `None` where it is refused.
    pub fn token(&self, token: &UnverifiedToken<'_>, now: u64) -> Option<Principal> {
        let signed = jws::insecure_skip_signature(token).ok()?;
        let claims = self.claims.verify(signed, now).ok()?;
        Some(self.principal(claims))
    }

    /// What a logout token ends whose signature is taken for valid; `None` where it is refused.
    pub fn log_out(&self, token: &UnverifiedToken<'_>, now: u64) -> Option<LoggedOut> {
        let signed = jws::insecure_skip_signature(token).ok()?;
        let logout = LogoutPolicy::new(&self.config).verify(signed, now).ok()?;
        let revocations = Revocations::new(&self.config, Arc::new(StandsStill(now)));
        for change in logout.changes {
            revocations.apply(change);
        }
        Some(LoggedOut(revocations))
    }

    /// The principal of an introspection answer's body; `None` where it is refused.
    pub fn introspected(&self, body: &[u8], now: u64) -> Option<Principal> {
        let active = match issuer::judge_body(body) {
            Ok(active) => active,
            Err(IntrospectionError::Inactive | IntrospectionError::Unavailable(_)) => return None,
        };
        let claims = self.claims.verify_active(&active, now).ok()?;
        Some(self.principal(claims))
    }

    fn principal(&self, claims: VerifiedClaims) -> Principal {
        let policy = self.config.role_policy(Grants::default());
        Principal::of(claims, &std::sync::Arc::new(policy))
    }
}

/// What is left of an issuer's logins after a logout.
pub struct LoggedOut(Revocations);

impl LoggedOut {
    /// Whether a token with these claims is refused.
    pub fn refuses(&self, claims: &Value) -> bool {
        self.0
            .refuses(&Claims::new(claims.as_object().cloned().unwrap_or_default()))
    }
}

#[derive(Debug)]
struct StandsStill(u64);

impl Clock for StandsStill {
    fn unix_now(&self) -> u64 {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}
