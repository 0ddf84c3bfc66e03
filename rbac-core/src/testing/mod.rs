//! What tests need in order to play the issuer. Never for a deployed binary.

mod principal;
pub mod signing;

pub use principal::{PrincipalBuilder, principal};
