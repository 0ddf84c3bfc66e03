//! What is counted and timed, through the facade of the crate `metrics`; nothing at all without the feature of that name.
//!
//! INVARIANT: labels come from this program alone, never from a request or a token: a stranger can add no series.

#[cfg(feature = "metrics")]
mod counted;
#[cfg(feature = "metrics")]
use counted as metered;

#[cfg(not(feature = "metrics"))]
mod silent;
#[cfg(not(feature = "metrics"))]
use silent as metered;

pub(crate) use metered::{
    decision, denial, describe, introspection, introspection_cache, key_fetch, revocation, token_cache,
};
