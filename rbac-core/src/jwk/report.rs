//! What of a set cannot be used, and why.

use crate::token::KeyId;

/// A key of a set that was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkippedKey {
    /// Where it stands in the set, from 0.
    pub index: usize,
    /// Its id, where it has a readable one.
    pub key_id: Option<KeyId>,
    /// Why it was left out.
    pub reason: SkipReason,
}

/// Why a key was left out. Carries nothing of the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SkipReason {
    /// `kty` is `oct`: the issuer publishes a shared secret.
    #[error("a symmetric key: a shared secret is published")]
    SymmetricKey,
    /// It has a private member such as `d`: the issuer publishes a private key.
    #[error("a private key is published")]
    PrivateKey,
    /// `use` is not `sig`. Keycloak's `RSA-OAEP` key for encryption is one of these.
    #[error("`use` is not `sig`")]
    NotForSignatures,
    /// `key_ops` has no `verify`.
    #[error("`key_ops` without `verify`")]
    NotForVerification,
    /// `kty` is none of `RSA`, `EC` and `OKP`.
    #[error("unknown `kty`")]
    UnknownKeyType,
    /// `crv` is none of `P-256`, `P-384` and `Ed25519`, or does not go with `kty`.
    #[error("unknown `crv`")]
    UnknownCurve,
    /// `alg` is none of [`crate::Algorithm::ALL`].
    #[error("unknown `alg`")]
    UnknownAlgorithm,
    /// `alg` does not go with the key's type or curve.
    #[error("`alg` does not go with the key's type or curve")]
    AlgorithmMismatch,
    /// An RSA modulus of fewer than 2048 or more than 8192 bits.
    #[error("RSA modulus of fewer than 2048 or more than 8192 bits")]
    ModulusSize,
    /// An RSA exponent that is 1, even, or too long.
    #[error("unusable RSA exponent")]
    Exponent,
    /// A point that is not on its curve, or one of the few that sign everything.
    #[error("a point off the curve or of small order")]
    Point,
    /// The member is missing, has the wrong type, or is not encoded as RFC 7518 wants it.
    #[error("malformed `{0}`")]
    Malformed(&'static str),
    /// Not a JSON object with one meaning.
    #[error("not a JSON object with unique members")]
    NotAnObject,
    /// Another key of the set has the same id. All keys of that id are left out.
    #[error("another key of the set has the same `kid`")]
    DuplicateKeyId,
}

impl SkipReason {
    /// Whether somebody should be told at once: the issuer gives away what lets others sign.
    #[must_use]
    pub const fn is_dangerous(self) -> bool {
        matches!(self, Self::SymmetricKey | Self::PrivateKey)
    }
}
