//! What can be wrong with a configuration.

/// The configuration does not allow a start; one line that names the variable, what it holds and what it may hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable that must be set is not. Often the environment file was not loaded.
    #[error("`{variable}` is not set: set it to {expected}")]
    Missing {
        /// The variable.
        variable: &'static str,
        /// What it may hold.
        expected: &'static str,
    },
    /// A variable holds what it may not.
    #[error("`{variable}` is {found}: it must be {expected}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// What it holds, escaped and cut; never a secret.
        found: String,
        /// What it may hold.
        expected: String,
    },
    /// A variable holds bytes that are no text.
    #[error("`{0}` is not Unicode: it must be text")]
    NotUnicode(String),
    /// A variable of a further issuer is not acceptable.
    #[error("`RBAC_ISSUERS` names an issuer whose variables begin with `{prefix}`: {error}")]
    Issuer {
        /// What stands before its variables.
        prefix: String,
        /// What is wrong, with the variable's name without the prefix.
        error: Box<ConfigError>,
    },
    /// An issuer is configured twice.
    #[error("the issuer `{0}` is configured twice: leave one of them out")]
    TwiceTheSameIssuer(String),
    /// Two variables contradict each other.
    #[error("`{variable}` is {found}, but {other}: {remedy}")]
    Contradiction {
        /// The variable.
        variable: &'static str,
        /// What it holds, escaped and cut; never a secret.
        found: String,
        /// What the other variable says.
        other: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A development switch is off where it must not be.
    #[error("`{variable}` is `false`: {remedy}")]
    Insecure {
        /// The variable.
        variable: &'static str,
        /// What to do.
        remedy: &'static str,
    },
}

impl ConfigError {
    pub(super) fn invalid(variable: &'static str, found: &str, expected: impl Into<String>) -> Self {
        Self::Invalid {
            variable,
            found: shown(found),
            expected: expected.into(),
        }
    }
}

/// A value between backticks, on one line, at most 80 characters of it.
pub(super) fn shown(value: &str) -> String {
    if value.is_empty() {
        return "empty".to_owned();
    }
    // Someone may have put a password into a URL.
    if value.contains('@') {
        return "a value with `@` (not shown: it may hold a password)".to_owned();
    }
    let escaped: String = value.escape_debug().take(80).collect();
    format!("`{escaped}`")
}
