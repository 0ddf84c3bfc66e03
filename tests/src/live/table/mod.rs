//! One table of callers, calls and expected answers, run against a demo and the issuer that it trusts.

mod report;
mod rows;
mod run;

pub use report::{Outcome, Report};
pub use rows::{TOKENS, USERS};

/// Calls and what each caller is to get.
pub struct Table {
    /// The columns of [`Row::expected`].
    pub callers: &'static [Caller],
    /// The calls, in the order in which they are made.
    pub rows: &'static [Row],
}

/// One call by every caller.
pub struct Row {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; what stands in braces is put in when it is called.
    pub path: &'static str,
    /// The body, sent as JSON whether it is JSON or not.
    pub body: Option<&'static str>,
    /// The status for each caller of the table.
    pub expected: &'static [u16],
}

/// Who calls, and with which credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// No credentials.
    Anonymous,
    /// The access token of a user of the realm.
    User(&'static str),
    /// The access token of the confidential client's service account.
    ServiceAccount,
    /// The ID token of a user in place of the access token.
    IdToken(&'static str),
    /// The refresh token of a user in place of the access token.
    RefreshToken(&'static str),
    /// The access token of a user with another signature.
    Forged(&'static str),
    /// Something that is no token at all.
    Garbage,
}
