//! What a request brought to prove who sends it.

use std::fmt;

/// The credentials of one request, exactly as they were sent; nothing about them is verified.
#[derive(Clone, Copy)]
pub(crate) struct Presented<'r> {
    /// The access token.
    pub(crate) token: &'r str,
}

impl<'r> Presented<'r> {
    /// A token as a bearer sends it (RFC 6750).
    pub(crate) fn bearer(token: &'r str) -> Self {
        Self { token }
    }
}

/// Says nothing of the token.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").finish_non_exhaustive()
    }
}
