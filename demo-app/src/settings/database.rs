//! Where the demo keeps its data.

use std::fmt;
use std::path::PathBuf;

/// A place for the data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Database {
    /// A file in a temporary folder, which goes when the demo ends.
    Temporary,
    /// A file, which is made and filled when it is not there.
    File(PathBuf),
    /// Memory.
    Memory,
}

impl Database {
    /// What the variable may hold.
    pub(super) const EXPECTED: &'static str =
        "a path, `sqlite:` and a path, or `sqlite::memory:` (this demo speaks SQLite only)";

    /// Reads `sqlite:path`, `sqlite://path`, `sqlite::memory:`, or a path.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let location = match url.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None => url,
        };
        let location = location.strip_suffix("?mode=rwc").unwrap_or(location);
        match location {
            ":memory:" => Some(Self::Memory),
            "" => None,
            other if other.contains("://") || other.contains('?') || other.contains('\0') => None,
            path => Some(Self::File(PathBuf::from(path))),
        }
    }
}

/// As the variable could hold it.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temporary => f.write_str("not set, so a temporary folder"),
            Self::File(path) => write!(f, "`{}`", path.display().to_string().escape_debug()),
            Self::Memory => f.write_str("`sqlite::memory:`"),
        }
    }
}
