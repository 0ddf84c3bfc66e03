//! The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6).

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::Change;
use super::mark::{Kind, Mark, digest};
use crate::authenticate::AuthenticationError;
use crate::claims::{Claims, seconds};
use crate::config::Config;
use crate::jws::SignatureValid;
use crate::token::{TokenError, TokenType};

/// The one member of `events` that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The header's type, where there is one that says more than `JWT`.
const LOGOUT_JWT: &str = "logout+jwt";
/// The payload's type, where there is one: Keycloak's.
const LOGOUT: &str = "Logout";
/// How old a logout token may be, in seconds, beside the leeway. Keycloak's live two minutes.
const MAX_AGE: u64 = 300;

/// Why a logout token ends nothing. Nothing of the token is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutTokenError {
    /// The request is no form with one `logout_token`.
    #[error("no form with one `logout_token`")]
    Form,
    /// The token is no signed token of the strict form that is accepted.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No acceptable key signed it, or the keys cannot be had.
    #[error(transparent)]
    Signature(#[from] AuthenticationError),
    /// `iss` is not one of the configured issuers.
    #[error("`iss` is not a configured issuer")]
    Issuer,
    /// The token's type, in its header or payload, is that of another kind of token.
    #[error("the type (`typ`) is that of another kind of token")]
    TokenType,
    /// `aud` names none of the clients for which logout tokens are taken. Often the users log in through another client.
    #[error("`aud` names no client of `RBAC_LOGOUT_CLIENTS`")]
    Audience,
    /// `iat` is absent, malformed, ahead of our clock, or too long ago.
    #[error("`iat` is missing, ahead, or too long ago")]
    IssuedAt,
    /// `exp` is malformed or over.
    #[error("`exp` is malformed or over")]
    Expired,
    /// `events` is not an object with the one member that makes it a logout.
    #[error("`events` is not that of a logout")]
    Events,
    /// There is a `nonce`: an ID token was sent.
    #[error("a logout token has no `nonce`")]
    Nonce,
    /// Neither `sid` nor `sub` says whose logout it is, or one of them is no text.
    #[error("neither `sid` nor `sub` names whose logout it is")]
    Nobody,
    /// `jti` is absent or no text.
    #[error("`jti` is missing")]
    TokenId,
    /// The same token came before.
    #[error("the token was used before")]
    Replayed,
}

/// What logout tokens of one issuer are checked against.
#[derive(Clone, Debug)]
pub(crate) struct LogoutPolicy {
    issuer: String,
    clients: Vec<String>,
    skew: u64,
}

/// An accepted logout token, which may have been used before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Logout {
    /// Whose token it is.
    pub(crate) issuer: String,
    /// What it takes back.
    pub(crate) changes: Vec<Change>,
    /// The user, where the token says who.
    pub(crate) subject: Option<String>,
    /// A digest of the token's id.
    pub(crate) id: [u8; 32],
}

impl LogoutPolicy {
    /// Seconds for which a token could be accepted again, at most.
    pub(crate) const MEMORY: u64 = MAX_AGE;

    pub(crate) fn new(config: &Config) -> Self {
        Self {
            issuer: config.issuer.clone(),
            clients: config.logout_clients.clone(),
            skew: config.clock_skew.as_secs(),
        }
    }

    /// Checks all claims of a token with a valid signature. `now` is in seconds since 1970.
    pub(crate) fn verify(&self, signed: SignatureValid<'_>, now: u64) -> Result<Logout, LogoutTokenError> {
        check_type(signed.header().token_type(), signed.claims())?;
        let claims = Claims::new(signed.into_claims());
        // 1. `iss`, byte for byte.
        if claims.string("iss") != Some(self.issuer.as_str()) {
            return Err(LogoutTokenError::Issuer);
        }
        // 2. `aud`: one string or a list of strings with one of our clients.
        if !claims
            .strings("aud")
            .iter()
            .any(|name| self.clients.iter().any(|ours| ours == name))
        {
            return Err(LogoutTokenError::Audience);
        }
        // 3. `iat` and `exp`: now.
        let issued_at = self.issued_at(&claims, now)?;
        // 4. `events`: a logout and nothing beside it. 5. No `nonce`, so that an ID token is never one.
        check_event(&claims)?;
        // 6. `jti`, by which the same token is known again.
        let id = claims
            .string("jti")
            .filter(|id| !id.is_empty())
            .ok_or(LogoutTokenError::TokenId)?;
        // 7. `sid` or `sub`.
        Ok(Logout {
            issuer: self.issuer.clone(),
            id: digest([self.issuer.as_str(), id]),
            changes: self.changes(&claims, issued_at.max(now))?,
            subject: claims.string("sub").map(str::to_owned),
        })
    }

    fn issued_at(&self, claims: &Claims, now: u64) -> Result<u64, LogoutTokenError> {
        let issued_at = claims.seconds("iat").ok_or(LogoutTokenError::IssuedAt)?;
        let age = now.saturating_sub(issued_at);
        if issued_at > now.saturating_add(self.skew) || age > MAX_AGE.saturating_add(self.skew) {
            return Err(LogoutTokenError::IssuedAt);
        }
        match claims.get("exp").map(seconds) {
            None => Ok(issued_at),
            Some(Some(expiry)) if now < expiry.saturating_add(self.skew) => Ok(issued_at),
            Some(_) => Err(LogoutTokenError::Expired),
        }
    }

    /// What a logout at `at` takes back: the session, or else all that the user has by now.
    ///
    /// `at` is by the issuer's own clock, which dates the tokens too, so no leeway is added: whoever logs in again a second
    /// later is let in. Within the same second it cannot be told which came first, and the token is refused.
    fn changes(&self, claims: &Claims, at: u64) -> Result<Vec<Change>, LogoutTokenError> {
        let (session, subject) = (named(claims, "sid")?, named(claims, "sub")?);
        let change = |kind, name: &str, at| Change::Mark {
            mark: Mark::of(kind, &self.issuer, name),
            at,
            until: None,
        };
        // Keycloak says so before it ends the session, which may be refreshed meanwhile.
        let of_session = |name| change(Kind::Session, name, at.saturating_add(self.skew));
        match (session, subject) {
            (None, None) => Err(LogoutTokenError::Nobody),
            (None, Some(subject)) => Ok(vec![change(Kind::Subject, subject, at)]),
            (Some(session), None) => Ok(vec![of_session(session)]),
            (Some(session), Some(subject)) => {
                Ok(vec![of_session(session), change(Kind::Sessionless, subject, at)])
            }
        }
    }
}

/// A logout token is of one of the types that mean one, wherever it names a type.
fn check_type(header: Option<&TokenType>, claims: &Map<String, Value>) -> Result<(), LogoutTokenError> {
    let header_is_fine = header.is_none_or(|kind| kind.is(LOGOUT_JWT) || kind.is("JWT"));
    let payload_is_fine = claims.get("typ").is_none_or(|kind| {
        kind.as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case(LOGOUT))
    });
    if header_is_fine && payload_is_fine {
        Ok(())
    } else {
        Err(LogoutTokenError::TokenType)
    }
}

fn check_event(claims: &Claims) -> Result<(), LogoutTokenError> {
    let events = claims.get("events").and_then(Value::as_object);
    let is_logout =
        |events: &Map<String, Value>| events.len() == 1 && events.get(EVENT).is_some_and(Value::is_object);
    if !events.is_some_and(is_logout) {
        return Err(LogoutTokenError::Events);
    }
    match claims.get("nonce") {
        None => Ok(()),
        Some(_) => Err(LogoutTokenError::Nonce),
    }
}

/// The claim, if it is there: a text that names something.
fn named<'c>(claims: &'c Claims, name: &str) -> Result<Option<&'c str>, LogoutTokenError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(LogoutTokenError::Nobody),
    }
}
