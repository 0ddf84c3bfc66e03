//! Support for the tests: an issuer that can be told to misbehave, and an application under its protection.

mod app;
mod holder;
mod issuer;
pub mod live;
mod tokens;

pub use app::{Answer, TestApp, raw, read_answer};
pub use holder::{Holder, present};
pub use issuer::{FakeIssuer, Reply};
pub use tokens::{Claims, claims};

/// The README's Rust blocks compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// So do those of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../docs/attribute.md")]
mod attribute {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/start.md")]
mod start {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/checks.md")]
mod checks {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/multi-tenant.md")]
mod multi_tenant {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/introduction.md")]
mod introduction {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/sender-constrained.md")]
mod sender_constrained {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/migrating.md")]
mod migrating {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/revocation.md")]
mod revocation {}
