//! Role-based access control for Actix Web and Keycloak.

pub mod algorithm;
mod base64url;
pub mod clock;
pub mod jwk;
pub mod jws;
pub mod strict_json;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod token;

pub use algorithm::Algorithm;
