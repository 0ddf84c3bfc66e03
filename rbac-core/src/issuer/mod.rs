//! The only folder that talks to the network: discovery, keys and introspection at the issuer.

mod cache;
mod client;
mod directory;
mod flight;
mod introspection;
mod keys;
mod unavailable;

pub use directory::DiscoveryError;
pub use unavailable::Unavailable;

pub(crate) use cache::ExpiringMap;
pub(crate) use client::{BuildError, IssuerClient};
pub(crate) use directory::Directory;
#[cfg(fuzzing)]
pub(crate) use introspection::judge_body;
pub(crate) use introspection::{ActiveToken, Freshness, IntrospectionError, Introspector};
pub(crate) use keys::KeyStore;
