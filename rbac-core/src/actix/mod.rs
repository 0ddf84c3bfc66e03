//! The only folder that knows Actix.

mod call;
mod challenge;
mod check;
mod credentials;
mod denial;
mod drain;
mod extract;
mod facts;

pub use call::{Admitted, Call};
pub use check::{CheckError, CheckOutcome, Verdict};
pub use credentials::CredentialsError;
pub use denial::{Denial, DenialReason};
pub use extract::{Authorized, Protect};
pub use facts::FactsError;
