//! Role-based access control for Actix Web and Keycloak: one attribute above a handler is the whole access rule.

// What came over the wire must never end in a panic, a wrapped number or a cut one.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod actix;
pub mod algorithm;
mod audit;
mod authenticate;
mod base64url;
mod catalogue;
mod certificate;
mod claims;
pub mod clock;
mod config;
mod confirmation;
pub mod dpop;
mod expiry;
mod explained;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod issuer;
pub mod jwk;
pub mod jws;
pub mod matrix;
pub mod offline;
mod permission;
pub mod policy;
mod principal;
mod rbac;
mod revocation;
mod role;
mod rule;
pub mod strict_json;
mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod thumbprint;
pub mod token;
mod verify;

pub use actix::{
    Authorized, CheckError, CheckOutcome, CredentialsError, Denial, DenialAnswer, DenialReason, FactsError,
    Guarded, GuardedServices, Protect, RequestId, Verdict, backchannel_logout, guarded,
};
pub use algorithm::Algorithm;
pub use audit::{AuditSink, DecisionEvent, Outcome};
pub use authenticate::{AuthenticationError, SenderError, TokenCacheStats, TokenCheck, TokenExplanation};
pub use certificate::ClientCertificate;
pub use claims::Claims;
pub use config::{Config, ConfigError, DpopMode, TokenValidation};
pub use expiry::until_expiry;
pub use explained::{Explained, Explainer};
pub use issuer::{DiscoveryError, Unavailable};
pub use permission::Permission;
pub use policy::BoundaryValue;
pub use principal::Principal;
pub use rbac::{Rbac, RbacBuilder, Readiness, StartError};
pub use rbac_catalogue::{Catalogue, CatalogueError};
pub use rbac_macros::{authenticated, public, require_permission, require_role};
pub use revocation::{LogoutTokenError, Revocation, RevocationError};
pub use role::{Role, RoleSource};
pub use rule::{Access, Route, Rule, Site, rules};
pub use thumbprint::Thumbprint;
pub use verify::ClaimsError;
