//! DPoP (RFC 9449): access tokens that are of use only to who holds a key.

mod error;
mod nonce;
mod proof;
mod replay;
mod uri;

pub use error::DpopError;
pub use nonce::Nonces;
pub use proof::{MAX_JTI_BYTES, MAX_PROOF_BYTES, Proof, ProofCheck};
pub use replay::{FirstTime, MemoryReplayStore, ProofId, ReplayStore, ReplayStoreError};
pub use uri::{Origin, TargetUri, UriError};
