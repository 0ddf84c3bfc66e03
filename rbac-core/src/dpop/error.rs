//! Why a proof proves nothing.

use crate::jwk::SkipReason;
use crate::strict_json::StrictJsonError;
use crate::token::TokenError;

/// Why a DPoP proof is not accepted (RFC 9449 section 4.3). Carries nothing of the proof or of the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DpopError {
    /// The request uses the scheme `DPoP` and has no `DPoP` header. A proxy may have dropped it.
    #[error("no DPoP proof")]
    NoProof,
    /// More than one `DPoP` header.
    #[error("more than one DPoP header")]
    SeveralProofs,
    /// Not a signed token of the strict form that is accepted.
    #[error("the DPoP proof: {0}")]
    Token(#[source] TokenError),
    /// `typ` is not `dpop+jwt`. Often another kind of token was sent as the proof.
    #[error("the DPoP proof is not of the type `dpop+jwt`")]
    Type,
    /// The algorithm is not on the allow-list.
    #[error("the DPoP proof is signed with an algorithm that is not allowed")]
    AlgorithmNotAllowed,
    /// The header has no `jwk`, or it is not an object.
    #[error("the DPoP proof without its key (`jwk`)")]
    NoKey,
    /// `jwk` is not a public key that goes with the algorithm.
    #[error("the key (`jwk`) of the DPoP proof: {0}")]
    Key(#[source] SkipReason),
    /// `jwk` is not the key that the token is bound to. Often the token was stolen, or the client made itself a new key.
    #[error("the DPoP proof is by another key than the token's")]
    KeyMismatch,
    /// The signature is not that of this proof with its key.
    #[error("the DPoP proof has an invalid signature")]
    Signature,
    /// The payload is not a JSON object with one meaning.
    #[error("the payload of the DPoP proof: {0}")]
    Payload(#[source] StrictJsonError),
    /// A claim is missing, has the wrong type or is too long.
    #[error("the DPoP proof with a missing or malformed `{0}`")]
    Claim(&'static str),
    /// `htm` is not the method of the request.
    #[error("the DPoP proof is for another method (`htm`)")]
    Method,
    /// `htu` is not the URI of the request. Often a proxy changed what the caller sees: set `RBAC_PUBLIC_URL`.
    #[error(
        "the DPoP proof is for another URI (`htu`); behind a proxy, set `RBAC_PUBLIC_URL` to what callers use"
    )]
    Uri,
    /// The URI of the request itself cannot be told: no or several hosts, or a path that has two meanings.
    #[error("the URI of the request is not clear, so no DPoP proof can be for it")]
    RequestUri,
    /// `iat` is too long ago or ahead, or `exp` or `nbf` excludes now. Often one of the clocks is wrong.
    #[error("the DPoP proof is too old or from the future (`iat`)")]
    Time,
    /// `ath` is not the hash of this access token.
    #[error("the DPoP proof is for another access token (`ath`)")]
    AccessToken,
    /// `nonce` is missing, or is none that this server gave out lately. The answer brings a new one.
    #[error("the DPoP proof without a recent `nonce` of this server")]
    Nonce,
    /// The proof was used before.
    #[error("the DPoP proof was used before (`jti`)")]
    Replayed,
}

impl DpopError {
    /// The OAuth error code that a caller gets (RFC 9449 sections 7.1 and 12.2).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nonce => "use_dpop_nonce",
            // The proof is good; it is the token that is not the caller's.
            Self::KeyMismatch => "invalid_token",
            _ => "invalid_dpop_proof",
        }
    }
}
