//! What tests need in order to play the issuer. Never for a deployed binary.

mod principal;
mod proof;
mod routes;
pub mod signing;

pub use principal::{PrincipalBuilder, principal};
pub use proof::{ProofBuilder, proof_id};
pub(crate) use routes::Seen;
pub use routes::{RouteAudit, audit_routes};
