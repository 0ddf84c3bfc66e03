//! An issuer's public keys: a JWK set (RFC 7517) in, keys that can verify signatures out.

mod document;
mod key;
mod material;
mod report;
mod set;
#[cfg(test)]
mod tests;
mod thumbprint;

pub use key::Key;
pub use report::{SkipReason, SkippedKey};
pub use set::{KeySet, KeySetError, MAX_KEYS, MAX_SET_BYTES, SelectError};
pub(crate) use thumbprint::thumbprint;
