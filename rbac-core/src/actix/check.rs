//! What a `check = ..` function may answer.

use std::fmt;

/// The answer of a check over an object that the handler's arguments name.
///
/// ```
/// use rbac_core::{CheckError, Principal, Verdict};
///
/// async fn may_see(user: &Principal, owner: &str) -> Result<Verdict, CheckError> {
///     Ok(if user.subject() == owner { Verdict::Allow } else { Verdict::Hide })
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "a verdict that nobody looks at protects nothing"]
pub enum Verdict {
    /// The principal may.
    Allow,
    /// The principal may not: 403.
    Deny,
    /// The principal may not even know that the object is there: 404.
    Hide,
}

/// A check could not answer, which denies: 500, or 503 when it may answer later.
///
/// Every `std::error::Error` turns into one through `?`.
#[derive(Debug)]
pub struct CheckError {
    cause: String,
    retry: bool,
}

impl CheckError {
    /// The check failed: 500.
    pub fn failed(cause: impl fmt::Display) -> Self {
        Self {
            cause: cause.to_string(),
            retry: false,
        }
    }

    /// What the check needs cannot be reached now: 503 with `Retry-After`.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Self {
            cause: cause.to_string(),
            retry: true,
        }
    }

    pub(super) fn into_parts(self) -> (String, bool) {
        (self.cause, self.retry)
    }
}

impl<E: std::error::Error> From<E> for CheckError {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}

/// What a check function may return: a [`Verdict`], or a `Result` of one with any error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer of a check",
    label = "a check answers `Verdict` or `Result<Verdict, CheckError>`"
)]
pub trait CheckOutcome {
    /// The verdict, or why there is none.
    ///
    /// # Errors
    /// The check could not answer; this denies.
    fn verdict(self) -> Result<Verdict, CheckError>;
}

impl CheckOutcome for Verdict {
    fn verdict(self) -> Result<Verdict, CheckError> {
        Ok(self)
    }
}

impl<E: Into<CheckError>> CheckOutcome for Result<Verdict, E> {
    fn verdict(self) -> Result<Verdict, CheckError> {
        self.map_err(Into::into)
    }
}
