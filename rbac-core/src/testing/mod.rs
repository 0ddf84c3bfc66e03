//! What tests need in order to play the issuer. Never for a deployed binary.

pub mod signing;
