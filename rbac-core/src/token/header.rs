//! The header of a token: the few members that count, and those that make it unacceptable.

use std::fmt;

use serde_json::{Map, Value};

use super::{KeyId, TokenError};
use crate::algorithm::Algorithm;
use crate::strict_json::parse_object;

/// What the header of a token says, believed in nothing.
///
/// # Security
/// `jwk`, `jku`, `x5u`, `x5c` and `x5t` are not read: where the keys of an access token come from is the configuration's
/// business alone.
#[derive(Clone, Debug)]
pub struct UnverifiedHeader {
    algorithm: Algorithm,
    key_id: Option<KeyId>,
    token_type: Option<TokenType>,
}

/// A media type in a header's `typ` (RFC 7515 section 4.1.9).
///
/// ```
/// use rbac_core::token::TokenType;
///
/// assert!(TokenType::new("application/AT+JWT").is("at+jwt"));
/// assert!(!TokenType::new("logout+jwt").is("at+jwt"));
/// ```
#[derive(Clone)]
pub struct TokenType(Box<str>);

impl UnverifiedHeader {
    /// The header, and all its members for who has use for more of them.
    pub(super) fn parse(json: &[u8]) -> Result<(Self, Map<String, Value>), TokenError> {
        let members = parse_object(json).map_err(TokenError::Header)?;
        refuse_what_changes_the_meaning(&members)?;
        let header = Self {
            algorithm: algorithm(&members)?,
            key_id: key_id(&members)?,
            token_type: token_type(&members)?,
        };
        Ok((header, members))
    }

    /// `alg`: what the token says it was signed with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `kid`: the name of the key that the token says it was signed with.
    #[must_use]
    pub fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// `typ`: what kind of token it says it is.
    #[must_use]
    pub fn token_type(&self) -> Option<&TokenType> {
        self.token_type.as_ref()
    }
}

impl TokenType {
    /// Takes a media type, with or without `application/` before it.
    #[must_use]
    pub fn new(media_type: &str) -> Self {
        Self(media_type.into())
    }

    /// Whether it is the type `name`, such as `at+jwt`: the case of ASCII letters does not count, nor does `application/`
    /// before it.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        const PREFIX: &str = "application/";
        let bare = match self.0.split_at_checked(PREFIX.len()) {
            // The prefix stands for nothing but a missing one: `application/a/b` is not `a/b` in short.
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
            _ => &self.0,
        };
        bare.eq_ignore_ascii_case(name)
    }

    /// The media type as the header has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

// INVARIANT: no extension is understood, so the mere presence of `crit` refuses the token, and so do the members that
// would make the payload something else than the base64url of what was signed.
fn refuse_what_changes_the_meaning(members: &Map<String, Value>) -> Result<(), TokenError> {
    if members.contains_key("crit") {
        return Err(TokenError::CriticalExtension);
    }
    match ["b64", "zip", "enc", "p2c", "p2s"]
        .into_iter()
        .find(|name| members.contains_key(*name))
    {
        Some(name) => Err(TokenError::ForbiddenMember(name)),
        None => Ok(()),
    }
}

fn algorithm(members: &Map<String, Value>) -> Result<Algorithm, TokenError> {
    let Some(Value::String(name)) = members.get("alg") else {
        return Err(TokenError::NoAlgorithm);
    };
    name.parse().map_err(|_| TokenError::UnsupportedAlgorithm)
}

fn key_id(members: &Map<String, Value>) -> Result<Option<KeyId>, TokenError> {
    match members.get("kid") {
        None => Ok(None),
        Some(Value::String(name)) => KeyId::new(name).map(Some).map_err(|_| TokenError::KeyIdTooLong),
        Some(_) => Err(TokenError::KeyIdNotAString),
    }
}

fn token_type(members: &Map<String, Value>) -> Result<Option<TokenType>, TokenError> {
    match members.get("typ") {
        None => Ok(None),
        Some(Value::String(media_type)) => Ok(Some(TokenType::new(media_type))),
        Some(_) => Err(TokenError::TypeNotAString),
    }
}
