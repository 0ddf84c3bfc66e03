//! Why a token made nobody a principal.

use super::sender::SenderError;
use crate::issuer::Unavailable;
use crate::jws::JwsError;
use crate::token::TokenError;
use crate::verify::ClaimsError;

/// Why a token made nobody a principal. Nothing of the token is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// The token is longer than the limit.
    #[error("the token is too long")]
    TooLong,
    /// The token is no signed token of the strict form that is accepted.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No acceptable key signed it.
    #[error(transparent)]
    Signature(#[from] JwsError),
    /// A claim is not acceptable.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
    /// The issuer says that the token is not active. Often the session was ended, or this client is not in `aud`.
    #[error("the issuer says that the token is not active")]
    Inactive,
    /// The token is good, but who sends it is not who it was given to.
    #[error(transparent)]
    Sender(#[from] SenderError),
    /// The token, its session or its subject was taken back: by a logout, by the application, or by the realm's not-before
    /// time.
    #[error("the token was taken back")]
    Revoked,
    /// Nobody could say whether the token is good.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
