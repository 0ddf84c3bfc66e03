//! The demo as a running process and an issuer to log in at: the demo's embedded one or a real Keycloak.

pub mod binary;
pub mod browser;
pub mod demo;
pub mod facts;
pub mod issuer;
pub mod like;
pub mod prover;
pub mod table;
pub mod tool;
pub mod trials;
