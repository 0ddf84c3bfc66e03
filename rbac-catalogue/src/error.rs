//! What can be wrong with a catalogue.

use std::fmt;
use std::ops::Range;

/// The catalogue cannot be used: one line that names the place and what to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CatalogueError {
    line: usize,
    message: String,
}

impl CatalogueError {
    /// A fault at a place of the text, given as a range of bytes.
    pub(crate) fn at(text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        Self {
            line: before.matches('\n').count() + 1,
            message: message.into(),
        }
    }

    /// The line of the fault, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", crate::FILE_NAME, self.line, self.message)
    }
}

impl std::error::Error for CatalogueError {}
