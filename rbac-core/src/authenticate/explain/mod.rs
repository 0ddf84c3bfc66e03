//! Which check a token failed, and the usual cause: for the operator.

mod hints;
mod issuers;
#[cfg(test)]
mod tests;
mod unverified;

use std::fmt;

use serde::Serialize;

use super::{AuthenticationError, SenderError};
use crate::config::Config;
use crate::jwk::KeySet;
use crate::jws::JwsError;
use crate::text::{quoted, shown};
use crate::token::TokenError;
use crate::verify::ClaimsError;
use unverified::Unverified;

/// Which check a token failed, what was expected, what the token says, and the usual cause.
///
/// `Display` is one line for a log; `Serialize` is for tools. What the token says is unverified, escaped, cut to 120 characters,
/// and of a bounded number.
///
/// # Security
/// For the operator, not for the caller. Of the token it holds single claims such as `iss`, `aud` and `exp`, and never the
/// token or its signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct TokenExplanation {
    /// The check.
    pub check: TokenCheck,
    /// What it found.
    pub failed: String,
    /// What is acceptable here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<String>,
    /// What the token says instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// What is usually the cause, and what to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// The checks, in about their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenCheck {
    /// There is one token, where a token belongs.
    Credentials,
    /// It is not too long.
    Size,
    /// It is a signed token of the strict form.
    Shape,
    /// Its algorithm is allowed.
    Algorithm,
    /// The issuer publishes the key that it names.
    Key,
    /// Its signature is that key's.
    Signature,
    /// It is an access token.
    TokenType,
    /// `iss`.
    Issuer,
    /// `exp`.
    Expiry,
    /// `nbf` and `iat`.
    NotBefore,
    /// `cnf`: it is bound to nothing, or to what the caller proved to hold.
    Binding,
    /// `aud`.
    Audience,
    /// `sub`.
    Subject,
    /// The issuer says that it is active.
    Active,
    /// Nobody took it back: no logout, no revocation, no not-before time of the realm.
    NotRevoked,
    /// Somebody could say all that.
    Available,
}

/// What a token is held against.
pub(crate) struct Standard<'a> {
    /// Every issuer that is trusted.
    pub(crate) issuers: Vec<&'a str>,
    /// The issuer's that had to judge.
    pub(crate) config: &'a Config,
    /// Its keys, if they are known.
    pub(crate) keys: Option<&'a KeySet>,
    /// In seconds since 1970.
    pub(crate) now: u64,
}

/// Explains why `token` was refused with `error`.
pub(crate) fn explain(token: &str, error: &AuthenticationError, standard: &Standard<'_>) -> TokenExplanation {
    let check = TokenCheck::of(error);
    let token = Unverified::read(token);
    TokenExplanation {
        check,
        failed: shown(&error.to_string()),
        expected: standard.expected(check),
        unverified: token.says(check),
        hints: hints::of(check, error, &token, standard),
    }
}

impl TokenExplanation {
    /// There was no token to look at.
    pub(crate) fn of_credentials(failed: &str, hints: Vec<String>) -> Self {
        Self {
            check: TokenCheck::Credentials,
            failed: shown(failed),
            expected: vec!["Authorization: Bearer <token>".to_owned()],
            unverified: Vec::new(),
            hints,
        }
    }
}

impl TokenCheck {
    /// Its name as serialised, with `token_` before it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Credentials => "token_credentials",
            Self::Size => "token_size",
            Self::Shape => "token_shape",
            Self::Algorithm => "token_algorithm",
            Self::Key => "token_key",
            Self::Signature => "token_signature",
            Self::TokenType => "token_type",
            Self::Issuer => "token_issuer",
            Self::Expiry => "token_expiry",
            Self::NotBefore => "token_not_before",
            Self::Binding => "token_binding",
            Self::Audience => "token_audience",
            Self::Subject => "token_subject",
            Self::Active => "token_inactive",
            Self::NotRevoked => "token_revoked",
            Self::Available => "unavailable",
        }
    }

    /// The check that an error comes from.
    pub(crate) fn of(error: &AuthenticationError) -> Self {
        match error {
            AuthenticationError::TooLong | AuthenticationError::Token(TokenError::TooLong { .. }) => {
                Self::Size
            }
            AuthenticationError::Token(TokenError::UnsupportedAlgorithm | TokenError::NoAlgorithm)
            | AuthenticationError::Signature(JwsError::AlgorithmNotAllowed) => Self::Algorithm,
            AuthenticationError::Token(_) | AuthenticationError::Signature(JwsError::Payload(_)) => {
                Self::Shape
            }
            AuthenticationError::Signature(JwsError::Key(_)) => Self::Key,
            AuthenticationError::Signature(JwsError::InvalidSignature) => Self::Signature,
            AuthenticationError::Claims(error) => Self::of_claim(*error),
            AuthenticationError::Inactive => Self::Active,
            AuthenticationError::Revoked => Self::NotRevoked,
            AuthenticationError::Unavailable(_)
            | AuthenticationError::Sender(SenderError::ReplayStore(_)) => Self::Available,
            AuthenticationError::Sender(_) => Self::Binding,
        }
    }

    fn of_claim(error: ClaimsError) -> Self {
        match error {
            ClaimsError::Issuer => Self::Issuer,
            ClaimsError::Audience => Self::Audience,
            ClaimsError::ExpiryMalformed | ClaimsError::Expired => Self::Expiry,
            ClaimsError::NotYetValid | ClaimsError::IssuedInFuture => Self::NotBefore,
            ClaimsError::TokenType => Self::TokenType,
            ClaimsError::Subject => Self::Subject,
            ClaimsError::SenderConstrained => Self::Binding,
        }
    }
}

/// The most key ids that are listed.
const KEYS: usize = 8;

impl Standard<'_> {
    fn expected(&self, check: TokenCheck) -> Vec<String> {
        let config = self.config;
        match check {
            TokenCheck::Size => vec![format!("at most {} bytes", config.limits.token_bytes)],
            TokenCheck::Algorithm => {
                let names = config.algorithms.iter();
                names.map(|algorithm| algorithm.name().to_owned()).collect()
            }
            TokenCheck::Key => self.key_ids(),
            TokenCheck::Issuer => self.issuers.iter().copied().map(shown).collect(),
            TokenCheck::Audience => config.audience.iter().map(|name| shown(name)).collect(),
            TokenCheck::Expiry => vec![format!(
                "an end after {} (leeway {} s)",
                self.now,
                config.clock_skew.as_secs()
            )],
            TokenCheck::NotBefore => vec![format!(
                "a beginning before {} (leeway {} s)",
                self.now,
                config.clock_skew.as_secs()
            )],
            TokenCheck::TokenType => vec!["Bearer".to_owned()],
            _ => Vec::new(),
        }
    }

    fn key_ids(&self) -> Vec<String> {
        let keys = self.keys.into_iter().flat_map(KeySet::keys);
        let mut ids: Vec<String> = keys
            .filter_map(|key| Some(shown(key.key_id()?.as_str())))
            .collect();
        ids.sort_unstable();
        ids.truncate(KEYS);
        ids
    }
}

impl fmt::Display for TokenExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.failed)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", quoted(&self.expected))?;
        }
        if !self.unverified.is_empty() {
            write!(f, "; the token says (unverified) {}", quoted(&self.unverified))?;
        }
        self.hints.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}
