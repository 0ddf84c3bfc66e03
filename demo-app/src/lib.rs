//! A small API protected by rbac-core, with an embedded issuer for a machine without Keycloak.
//!
//! [`Demo::start`] brings both up in this process, on ports of its choice if asked to, so that a test can call the same
//! server that a person starts with `cargo run -p demo-app`.

mod api;
mod audit;
mod banner;
pub mod issuer;
mod listen;
mod metrics;
mod problem;
mod settings;
mod start;
mod start_error;
mod store;

pub use settings::{Address, Database, Settings, SettingsError};
pub use start::Demo;
pub use start_error::{BindFault, StartError};
pub use store::StoreError;
