//! The only folder that knows Actix.

mod call;
mod challenge;
mod check;
mod credentials;
mod denial;
mod desk;
mod drain;
mod explain;
mod extract;
mod facts;
mod logout;
mod presented;
mod request_id;
mod run;
mod schemes;
mod services;
mod spans;
mod typed_rules;

pub use call::{Admitted, Call};
pub use check::{CheckError, CheckOutcome, Verdict};
pub use credentials::CredentialsError;
pub use denial::{Denial, DenialAnswer, DenialReason};
pub use extract::{Authorized, Protect};
pub use facts::FactsError;
pub use logout::backchannel_logout;
pub use request_id::RequestId;
pub use run::Answer;
pub use services::{Guarded, GuardedServices, guarded};

#[cfg(fuzzing)]
pub(crate) use {credentials::find as credentials, facts::read as read_facts};
