//! The name of a key.

use std::fmt;

/// How long a key id may be, in bytes.
pub const MAX_KEY_ID_BYTES: usize = 256;

/// A key id (`kid`): an opaque name of at most [`MAX_KEY_ID_BYTES`] that is only ever compared, byte for byte. It is never
/// a path, a query or a URL.
///
/// Both [`fmt::Display`] and [`fmt::Debug`] escape control characters, so that a hostile id cannot write into a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Box<str>);

/// A key id of more than [`MAX_KEY_ID_BYTES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("key id longer than {MAX_KEY_ID_BYTES} bytes")]
pub struct KeyIdTooLong;

impl KeyId {
    /// Takes a name.
    ///
    /// # Errors
    /// When it is longer than [`MAX_KEY_ID_BYTES`].
    pub fn new(name: &str) -> Result<Self, KeyIdTooLong> {
        if name.len() > MAX_KEY_ID_BYTES {
            return Err(KeyIdTooLong);
        }
        Ok(Self(name.into()))
    }

    /// The name as it is. Escape it before it goes to a log: [`fmt::Display`] does.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_debug().fmt(f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
