//! From proof to claims that may be relied on.
//!
//! Only a valid signature or the issuer's own answer leads here, and only what passes every check leaves as
//! [`VerifiedClaims`].

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::claims::{Claims, seconds};
use crate::config::{Config, DpopMode};
use crate::confirmation::Confirmation;
use crate::issuer::ActiveToken;
use crate::jws::SignatureValid;
use crate::token::TokenType;

/// Claims of an access token for this API, from this issuer, valid now.
///
/// Whether they are the sender's is not said: that takes what the token is bound to.
pub(crate) struct VerifiedClaims {
    claims: Claims,
    confirmation: Confirmation,
}

impl VerifiedClaims {
    /// The claims, and what their sender has to prove.
    pub(crate) fn into_parts(self) -> (Claims, Confirmation) {
        (self.claims, self.confirmation)
    }

    /// The same, bound to what the signed token named too: the issuer's answer may be silent about it.
    pub(crate) fn bound_as(self, signed: Confirmation) -> Result<Self, ClaimsError> {
        let confirmation = self.confirmation.and(signed);
        Ok(Self {
            confirmation: confirmation.map_err(|_| ClaimsError::SenderConstrained)?,
            ..self
        })
    }
}

/// The claim that is not acceptable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// `iss` is absent, no string, or not byte for byte the configured issuer. Often another host name for the same realm.
    #[error("`iss` is not the configured issuer")]
    Issuer,
    /// `aud` is absent, malformed, or names others. Often the client lacks an audience mapper.
    #[error("`aud` does not name this API")]
    Audience,
    /// `exp` is absent, malformed, or unbelievably far ahead.
    #[error("`exp` is missing or makes no sense")]
    ExpiryMalformed,
    /// The token's time is over.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is malformed or still ahead.
    #[error("the token is not valid yet (`nbf`)")]
    NotYetValid,
    /// `iat` is malformed or ahead of our clock. Often one of the clocks is wrong.
    #[error("the token was issued in the future (`iat`)")]
    IssuedInFuture,
    /// Not an access token. Often the ID token or the refresh token was sent.
    #[error("not an access token (`typ`)")]
    TokenType,
    /// `sub` is absent, empty, or no string. Lightweight tokens have none: they need introspection.
    #[error("`sub` is missing")]
    Subject,
    /// The token is bound to what nobody can prove here: a key while DPoP is off, or something that is not understood.
    #[error("the token is bound (`cnf`) to what is not accepted here")]
    SenderConstrained,
}

/// What claims are checked against.
#[derive(Clone, Debug)]
pub(crate) struct ClaimsPolicy {
    issuer: String,
    audience: Vec<String>,
    skew: u64,
    /// Whether tokens bound to a key are accepted.
    dpop: bool,
}

/// An `exp` further ahead than this is a mistake or an attack, in seconds: ten years.
const MAX_LIFE: u64 = 10 * 366 * 24 * 3600;

/// Payload of an access token whose header does not say more (Keycloak's own marking).
const BEARER: &str = "Bearer";
/// The same of a token that is bound to a key.
const DPOP: &str = "DPoP";
/// Header type of an access token (RFC 9068 section 2.1).
const AT_JWT: &str = "at+jwt";

impl ClaimsPolicy {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            dpop: config.sender.dpop != DpopMode::Off,
            ..Self::of(&config.issuer, &config.audience, config.clock_skew)
        }
    }

    /// Where there is no sender who could prove anything, so that no token bound to a key is accepted.
    pub(crate) fn of(issuer: &str, audience: &[String], skew: Duration) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_vec(),
            skew: skew.as_secs(),
            dpop: false,
        }
    }

    /// Checks all claims of a token with a valid signature. `now` is in seconds since 1970.
    pub(crate) fn verify(&self, signed: SignatureValid<'_>, now: u64) -> Result<VerifiedClaims, ClaimsError> {
        let confirmation = self.check_signed(&signed, now)?;
        self.check_identity(signed.claims())?;
        Ok(VerifiedClaims {
            claims: Claims::new(signed.into_claims()),
            confirmation,
        })
    }

    /// Checks what even a lightweight token carries, and answers what it is bound to; who and for whom is then the issuer's
    /// to say.
    pub(crate) fn check_signed(
        &self,
        signed: &SignatureValid<'_>,
        now: u64,
    ) -> Result<Confirmation, ClaimsError> {
        let confirmation = self.confirmation(signed.claims())?;
        check_token_type(signed.header().token_type(), signed.claims(), confirmation)?;
        self.check_envelope(signed.claims(), now)?;
        Ok(confirmation)
    }

    /// Checks all claims of the issuer's answer.
    pub(crate) fn verify_active(
        &self,
        active: &ActiveToken,
        now: u64,
    ) -> Result<VerifiedClaims, ClaimsError> {
        let members = active.members();
        let confirmation = self.confirmation(members)?;
        check_introspected_type(members, confirmation)?;
        self.check_envelope(members, now)?;
        self.check_identity(members)?;
        Ok(VerifiedClaims {
            claims: Claims::new(members.clone()),
            confirmation,
        })
    }

    /// What the token is bound to (RFC 9449 section 6, RFC 8705 section 3); whether its sender proves it is for later.
    fn confirmation(&self, claims: &Map<String, Value>) -> Result<Confirmation, ClaimsError> {
        let confirmation = Confirmation::read(claims).map_err(|_| ClaimsError::SenderConstrained)?;
        if confirmation.key.is_some() && !self.dpop {
            return Err(ClaimsError::SenderConstrained);
        }
        Ok(confirmation)
    }

    /// The time in which claims that were accepted stay acceptable, in seconds since 1970.
    // INVARIANT: what `check_envelope` makes of the dates, read the other way round.
    pub(crate) fn window(&self, claims: &Map<String, Value>) -> Range<u64> {
        let date = |name: &str| claims.get(name).and_then(seconds).unwrap_or_default();
        let expiry = date("exp");
        let begin = date("nbf").max(date("iat")).saturating_sub(self.skew);
        begin.max(expiry.saturating_sub(MAX_LIFE))..expiry.saturating_add(self.skew)
    }

    /// From which issuer, in which time, and for whom to present.
    fn check_envelope(&self, claims: &Map<String, Value>, now: u64) -> Result<(), ClaimsError> {
        // 1. `iss`, one string, byte for byte (RFC 7519 section 4.1.1, RFC 9068 section 4).
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer.as_str()) {
            return Err(ClaimsError::Issuer);
        }
        // 2. `exp`: required, believable, and `now` before it (RFC 7519 section 4.1.4).
        let expiry = claims
            .get("exp")
            .and_then(seconds)
            .ok_or(ClaimsError::ExpiryMalformed)?;
        if expiry > now.saturating_add(MAX_LIFE) {
            return Err(ClaimsError::ExpiryMalformed);
        }
        if now >= expiry.saturating_add(self.skew) {
            return Err(ClaimsError::Expired);
        }
        // 3. `nbf`, where it is there (section 4.1.5).
        if !self.is_past(claims.get("nbf"), now) {
            return Err(ClaimsError::NotYetValid);
        }
        // 4. `iat`, where it is there (section 4.1.6): a token from the future was made by a clock or a hand that lies.
        if self.is_past(claims.get("iat"), now) {
            Ok(())
        } else {
            Err(ClaimsError::IssuedInFuture)
        }
    }

    /// For whom, and about whom.
    fn check_identity(&self, claims: &Map<String, Value>) -> Result<(), ClaimsError> {
        // 5. `aud`: one string or a list of strings with one of ours (section 4.1.3). `azp` never stands in for it.
        if !claims.get("aud").is_some_and(|aud| self.is_audience(aud)) {
            return Err(ClaimsError::Audience);
        }
        // 6. `sub`: a principal without an identity is nobody.
        let subject = claims.get("sub").and_then(Value::as_str);
        if subject.is_some_and(|subject| !subject.is_empty()) {
            Ok(())
        } else {
            Err(ClaimsError::Subject)
        }
    }

    fn is_audience(&self, audience: &Value) -> bool {
        let ours = |name: &str| self.audience.iter().any(|ours| ours == name);
        match audience {
            Value::String(name) => ours(name),
            Value::Array(names) => {
                names.iter().all(Value::is_string) && names.iter().filter_map(Value::as_str).any(ours)
            }
            _ => false,
        }
    }

    /// Whether an optional date is absent, or well formed and not ahead.
    fn is_past(&self, date: Option<&Value>, now: u64) -> bool {
        date.is_none_or(|date| seconds(date).is_some_and(|date| date <= now.saturating_add(self.skew)))
    }
}

/// An access token and nothing else: Keycloak signs ID tokens with the same key, so only the type tells (RFC 8725 3.11).
fn check_token_type(
    header: Option<&TokenType>,
    claims: &Map<String, Value>,
    confirmation: Confirmation,
) -> Result<(), ClaimsError> {
    let marked = header.is_some_and(|kind| kind.is(AT_JWT));
    let header_is_fine = header.is_none_or(|kind| kind.is("JWT") || kind.is(AT_JWT));
    let payload_is_fine = match claims.get("typ") {
        Some(kind) => is_access_token(kind, confirmation),
        None => marked,
    };
    check_type(header_is_fine && payload_is_fine, claims)
}

/// The same over the issuer's answer, which has no header. Keycloak says `typ` and `token_type`, other issuers `token_type`
/// alone; where there are two, both count.
fn check_introspected_type(
    members: &Map<String, Value>,
    confirmation: Confirmation,
) -> Result<(), ClaimsError> {
    let mut kinds = ["typ", "token_type"]
        .into_iter()
        .filter_map(|name| members.get(name))
        .peekable();
    let are_fine = kinds.peek().is_some() && kinds.all(|kind| is_access_token(kind, confirmation));
    check_type(are_fine, members)
}

/// Keycloak's two types of access tokens. One that says `DPoP` and is bound to no key contradicts itself.
fn is_access_token(kind: &Value, confirmation: Confirmation) -> bool {
    let Some(kind) = kind.as_str() else {
        return false;
    };
    kind.eq_ignore_ascii_case(BEARER) || (kind.eq_ignore_ascii_case(DPOP) && confirmation.key.is_some())
}

fn check_type(is_fine: bool, claims: &Map<String, Value>) -> Result<(), ClaimsError> {
    // `events` makes it a security event such as a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4).
    if is_fine && !claims.contains_key("events") {
        Ok(())
    } else {
        Err(ClaimsError::TokenType)
    }
}
