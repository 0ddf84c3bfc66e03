//! A small API protected by rbac-core, with an embedded issuer for a machine without Keycloak.

pub mod issuer;
