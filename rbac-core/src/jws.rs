//! The signature of a token: checked before anything the token says is looked at.

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::jwk::{Key, KeySet, SelectError};
use crate::strict_json::{StrictJsonError, parse_object};
use crate::token::{UnverifiedHeader, UnverifiedToken};

/// Proof that a signature is valid, with the octets that it covers. Only [`verify_bytes`] and its like make one.
#[derive(Clone, Copy)]
pub struct SignedBytes<'t> {
    header: &'t UnverifiedHeader,
    payload: &'t [u8],
}

/// Proof that a signature is valid, with the claims that it covers. Only [`verify`] and [`SignedBytes::into_claims`] make
/// one.
///
/// # Security
/// A valid signature says who wrote the claims, not that they are meant for this server, now. Expiry, issuer, audience and
/// type are still to be judged.
#[derive(Clone)]
pub struct SignatureValid<'t> {
    header: &'t UnverifiedHeader,
    claims: Map<String, Value>,
}

/// Why a token's signature is not accepted. Carries nothing of the token or of the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// The token's algorithm is not on the allow-list.
    #[error("signature algorithm not allowed")]
    AlgorithmNotAllowed,
    /// The set has no key for the token. [`SelectError`] says whether fetching it again could help.
    #[error(transparent)]
    Key(#[from] SelectError),
    /// The signature is not that of this text with this key.
    #[error("invalid signature")]
    InvalidSignature,
    /// The signature is valid, but what it covers is not a JSON object with one meaning.
    #[error("token payload: {0}")]
    Payload(#[source] StrictJsonError),
}

/// Checks the signature of a token, then reads its claims.
///
/// ```
/// use rbac_core::Algorithm;
/// use rbac_core::jwk::KeySet;
/// use rbac_core::jws::{self, JwsError};
/// use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
///
/// // The example of RFC 8037, appendix A.4, whose payload is plain text: hence `verify_bytes`.
/// let keys = KeySet::parse(br#"{"keys": [
///     {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
/// ]}"#).unwrap();
/// let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
///     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// let token = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
///
/// let signed = jws::verify_bytes(&token, &keys, &[Algorithm::EdDsa]).unwrap();
/// assert_eq!(signed.payload(), b"Example of Ed25519 signing");
/// let refused = jws::verify_bytes(&token, &keys, &[Algorithm::Rs256]);
/// assert_eq!(refused.unwrap_err(), JwsError::AlgorithmNotAllowed);
/// ```
///
/// # Errors
/// When [`verify_bytes`] fails, or the payload is not strict JSON.
pub fn verify<'t>(
    token: &'t UnverifiedToken<'_>,
    keys: &KeySet,
    allowed: &[Algorithm],
) -> Result<SignatureValid<'t>, JwsError> {
    verify_bytes(token, keys, allowed)?.into_claims()
}

/// Checks the signature of a token, whatever it covers.
///
/// # Errors
/// When the algorithm is not in `allowed`, when `keys` has no key for the token, or when the signature is wrong.
pub fn verify_bytes<'t>(
    token: &'t UnverifiedToken<'_>,
    keys: &KeySet,
    allowed: &[Algorithm],
) -> Result<SignedBytes<'t>, JwsError> {
    let header = token.unverified_header();
    // 1. The allow-list decides, not the token. An empty list allows nothing.
    if !allowed.contains(&header.algorithm()) {
        return Err(JwsError::AlgorithmNotAllowed);
    }
    // 2. One key, which must go with the algorithm too.
    verify_bytes_with(token, keys.select(header)?)
}

/// Checks the signature of a token that carries its own key, then reads its claims. Which keys and algorithms are
/// acceptable is to be settled before.
pub(crate) fn verify_with<'t>(
    token: &'t UnverifiedToken<'_>,
    key: &Key,
) -> Result<SignatureValid<'t>, JwsError> {
    verify_bytes_with(token, key)?.into_claims()
}

fn verify_bytes_with<'t>(token: &'t UnverifiedToken<'_>, key: &Key) -> Result<SignedBytes<'t>, JwsError> {
    let header = token.unverified_header();
    let verifier = key
        .verifier(header.algorithm())
        .ok_or(SelectError::AlgorithmMismatch)?;
    // 3. The signature over the first two parts as they came (RFC 7515 section 5.2).
    // INVARIANT: the only place that makes a `SignedBytes`, behind the check (but for the feature `insecure-dev`).
    verifier
        .verify_sig(token.signing_input(), token.signature())
        .map_err(|_| JwsError::InvalidSignature)?;
    Ok(SignedBytes {
        header,
        payload: token.unverified_payload(),
    })
}

/// Reads the claims of a token without a look at its signature: for the development switch
/// `KEYCLOAK_VERIFY_SIGNATURE=false`.
///
/// # Security
/// Anybody can write such a token. It exists only in builds with the feature `insecure-dev`, and in those of the fuzzers,
/// which have to reach the code behind the signature.
///
/// # Errors
/// When the payload is not strict JSON.
#[cfg(any(feature = "insecure-dev", fuzzing))]
pub(crate) fn insecure_skip_signature<'t>(
    token: &'t UnverifiedToken<'_>,
) -> Result<SignatureValid<'t>, JwsError> {
    SignedBytes {
        header: token.unverified_header(),
        payload: token.unverified_payload(),
    }
    .into_claims()
}

impl<'t> SignedBytes<'t> {
    /// The header, which the signature covers too.
    #[must_use]
    pub fn header(&self) -> &'t UnverifiedHeader {
        self.header
    }

    /// The payload, decoded.
    #[must_use]
    pub fn payload(&self) -> &'t [u8] {
        self.payload
    }

    /// Reads the payload as claims.
    ///
    /// # Errors
    /// When it is not a JSON object, or not one with one meaning: see [`StrictJsonError`].
    pub fn into_claims(self) -> Result<SignatureValid<'t>, JwsError> {
        let claims = parse_object(self.payload).map_err(JwsError::Payload)?;
        Ok(SignatureValid {
            header: self.header,
            claims,
        })
    }
}

impl<'t> SignatureValid<'t> {
    /// The header, which the signature covers too.
    #[must_use]
    pub fn header(&self) -> &'t UnverifiedHeader {
        self.header
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The claims, taken out.
    #[must_use]
    pub fn into_claims(self) -> Map<String, Value> {
        self.claims
    }
}

/// Says nothing of the payload.
impl fmt::Debug for SignedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedBytes")
            .field("header", self.header)
            .finish_non_exhaustive()
    }
}

/// Says nothing of the claims.
impl fmt::Debug for SignatureValid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureValid")
            .field("header", self.header)
            .finish_non_exhaustive()
    }
}
