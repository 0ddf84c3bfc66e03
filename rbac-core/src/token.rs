//! A token as it came over the wire: taken apart strictly, believed in nothing.

mod header;
mod key_id;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

use crate::base64url;
use crate::strict_json::{StrictJsonError, parse_object};

pub use header::{TokenType, UnverifiedHeader};
pub use key_id::{KeyId, KeyIdTooLong, MAX_KEY_ID_BYTES};

/// The usual limit for the size of a token, in bytes.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A JWS in compact serialisation (RFC 7515 section 7.1) whose signature nobody has checked.
///
/// # Security
/// Whatever it says may be a lie. [`crate::jws::verify`] is the way to claims.
///
/// ```
/// use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, TokenError, UnverifiedToken};
///
/// // {"alg":"EdDSA"}.Example of Ed25519 signing.…
/// let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.c2lnbmF0dXJl";
/// assert!(UnverifiedToken::parse(token, DEFAULT_MAX_TOKEN_BYTES).is_ok());
///
/// // {"alg":"none"}
/// let unsigned = "eyJhbGciOiJub25lIn0.RXhhbXBsZQ.c2lnbmF0dXJl";
/// let refused = UnverifiedToken::parse(unsigned, DEFAULT_MAX_TOKEN_BYTES);
/// assert_eq!(refused.unwrap_err(), TokenError::UnsupportedAlgorithm);
/// ```
pub struct UnverifiedToken<'a> {
    signing_input: &'a str,
    header: UnverifiedHeader,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// Why a text is not a token that could be verified. Carries nothing of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Longer than the limit. Too many roles in one token, or not a token.
    #[error("token longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Not exactly three parts between dots: an opaque token, a JWE (five parts), or JSON serialisation.
    #[error("not a compact JWS of three parts")]
    NotThreeParts,
    /// The signature is empty, as it is with `alg: none`.
    #[error("token without signature")]
    EmptySignature,
    /// A part is not base64url: padding, `+`, `/`, white space, or trailing bits that are not zero.
    #[error("{0} is not base64url without padding")]
    Encoding(Part),
    /// The header is not a JSON object with one meaning.
    #[error("token header: {0}")]
    Header(#[source] StrictJsonError),
    /// The header has no `alg`, or it is not a string.
    #[error("token header without `alg`")]
    NoAlgorithm,
    /// `alg` is none of [`crate::Algorithm::ALL`]: `none`, `HS256`, another spelling, or one that is not supported.
    #[error("token header names an unsupported `alg`")]
    UnsupportedAlgorithm,
    /// The key id is not a string.
    #[error("token header with a `kid` that is not a string")]
    KeyIdNotAString,
    /// The key id is longer than [`MAX_KEY_ID_BYTES`].
    #[error("token header with a `kid` of more than {MAX_KEY_ID_BYTES} bytes")]
    KeyIdTooLong,
    /// The type is not a string.
    #[error("token header with a `typ` that is not a string")]
    TypeNotAString,
    /// The header has `crit`. No extension is understood here, so RFC 7515 section 4.1.11 refuses all of them; an empty
    /// list and one that names registered parameters are invalid to begin with.
    #[error("token header with `crit`")]
    CriticalExtension,
    /// The header has a member that changes how the other parts are to be read, such as `b64` or `zip`.
    #[error("token header with `{0}`")]
    ForbiddenMember(&'static str),
}

/// One of the three parts of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The first part, JSON.
    Header,
    /// The second part, the claims.
    Payload,
    /// The third part.
    Signature,
}

/// Why the payload does not tell its issuer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// The payload is not a JSON object with one meaning.
    #[error("token payload: {0}")]
    Payload(#[source] StrictJsonError),
    /// No `iss`, or not a string.
    #[error("token payload without `iss`")]
    NoIssuer,
}

impl<'a> UnverifiedToken<'a> {
    /// Takes a token apart. `max_bytes` bounds the text before anything else looks at it.
    ///
    /// # Errors
    /// Whatever [`TokenError`] lists.
    pub fn parse(text: &'a str, max_bytes: usize) -> Result<Self, TokenError> {
        Self::parse_with_header(text, max_bytes).map(|(token, _)| token)
    }

    /// The same, with all members of the header: a proof brings its key there.
    pub(crate) fn parse_with_header(
        text: &'a str,
        max_bytes: usize,
    ) -> Result<(Self, Map<String, Value>), TokenError> {
        if text.len() > max_bytes {
            return Err(TokenError::TooLong { limit: max_bytes });
        }
        let (signing_input, [header, payload, signature]) = split(text).ok_or(TokenError::NotThreeParts)?;
        if signature.is_empty() {
            return Err(TokenError::EmptySignature);
        }
        let (header, members) = UnverifiedHeader::parse(&decode(header, Part::Header)?)?;
        let token = Self {
            signing_input,
            header,
            payload: decode(payload, Part::Payload)?,
            signature: decode(signature, Part::Signature)?,
        };
        Ok((token, members))
    }

    /// The header as the token says it.
    #[must_use]
    pub fn unverified_header(&self) -> &UnverifiedHeader {
        &self.header
    }

    /// The `iss` as the token says it, in order to choose among several configured issuers, whose keys will then tell.
    ///
    /// # Errors
    /// When the payload is not strict JSON or `iss` is not a string.
    pub fn unverified_issuer(&self) -> Result<String, IssuerError> {
        match parse_object(&self.payload)
            .map_err(IssuerError::Payload)?
            .remove("iss")
        {
            Some(Value::String(issuer)) => Ok(issuer),
            _ => Err(IssuerError::NoIssuer),
        }
    }

    /// The octets that the signature covers: the first two parts as they came.
    pub(crate) fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(crate) fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }
}

/// Whether a text has the shape of a compact JWS: three parts, the first of which is a JSON object with an `alg`, all
/// that within [`DEFAULT_MAX_TOKEN_BYTES`]. What has not is an opaque token, which only its issuer can read.
///
/// ```
/// use rbac_core::token::looks_like_jws;
///
/// assert!(looks_like_jws("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
/// assert!(!looks_like_jws("2YotnFZFEjr1zCsicMWpAA"));
/// ```
#[must_use]
pub fn looks_like_jws(text: &str) -> bool {
    if text.len() > DEFAULT_MAX_TOKEN_BYTES {
        return false;
    }
    let Some((_, [header, ..])) = split(text) else {
        return false;
    };
    let Ok(json) = base64url::decode(header) else {
        return false;
    };
    parse_object(&json).is_ok_and(|members| members.contains_key("alg"))
}

/// The signing input and the three parts. Looks for at most three dots, however many there are.
fn split(text: &str) -> Option<(&str, [&str; 3])> {
    let mut parts = text.splitn(4, '.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (signing_input, _) = text.rsplit_once('.')?;
    Some((signing_input, [header, payload, signature]))
}

fn decode(text: &str, part: Part) -> Result<Vec<u8>, TokenError> {
    base64url::decode(text).map_err(|_| TokenError::Encoding(part))
}

/// Says nothing of the token, which is a secret as long as it may still be valid.
impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("algorithm", &self.header.algorithm())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "token header",
            Self::Payload => "token payload",
            Self::Signature => "token signature",
        })
    }
}
