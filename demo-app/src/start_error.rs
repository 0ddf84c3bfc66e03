//! Why the demo does not start.

use std::io;

use crate::issuer::{KeyError, RealmError};
use crate::settings::{Address, Database, SettingsError};
use crate::store::StoreError;

/// The demo cannot start; one line that says why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A variable holds what it may not.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A variable of the access control contradicts where the demo listens.
    #[error(transparent)]
    Config(#[from] rbac_core::ConfigError),
    /// An address cannot be listened on. Most often another process has the port.
    #[error("`{variable}` is `{address}`: {cause}")]
    Bind {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        address: Address,
        /// What the system says.
        cause: BindFault,
    },
    /// The data cannot be had. Often the folder is not there, or the file is somebody else's.
    #[error(
        "`DEMO_DATABASE_URL` is {database}: SQLite cannot use it ({cause}); it must be a file that can be written"
    )]
    Store {
        /// What the variable holds.
        database: Database,
        /// What SQLite or the system says.
        cause: StoreError,
    },
    /// The issuer's documents contradict the configuration.
    #[error(transparent)]
    Rbac(#[from] rbac_core::StartError),
    /// The realm file is of no use.
    #[error(transparent)]
    Realm(#[from] RealmError),
    /// No keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A server could not begin.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindFault {
    /// The port is taken.
    #[error("another process listens there; end it, or choose another address")]
    Taken,
    /// Anything else.
    #[error("this address cannot be used ({0})")]
    Other(io::Error),
}
