//! What the operator decides about the demo, from the environment.

mod address;
mod database;

use std::net::{IpAddr, SocketAddr};

use rbac_core::{Config, ConfigError};

pub use address::Address;
pub use database::Database;

const BIND: &str = "DEMO_BIND";
const ISSUER_BIND: &str = "DEMO_ISSUER_BIND";
const DATABASE: &str = "DEMO_DATABASE_URL";
const SERVER_URL: &str = "KEYCLOAK_SERVER_URL";
const ISSUER_URL: &str = "KEYCLOAK_ISSUER_URL";
const INTERNAL_URL: &str = "KEYCLOAK_INTERNAL_URL";
const REALM: &str = "KEYCLOAK_REALM";
const CLIENT_ID: &str = "KEYCLOAK_CLIENT_ID";
const CLIENT_SECRET: &str = "KEYCLOAK_CLIENT_SECRET";
const LOGOUT_CLIENTS: &str = "RBAC_LOGOUT_CLIENTS";
const VALIDATION: &str = "KEYCLOAK_TOKEN_VALIDATION";

/// The realm, this API's client and its secret, as the realm file has them; none of it is secret.
pub(crate) const DEMO_REALM: &str = "myapp";
const DEMO_CLIENT: &str = "myapp-backend";
/// Users log in through the second.
const DEMO_LOGOUT_CLIENTS: &str = "myapp-backend,myapp-frontend";
const DEMO_SECRET: &str = "myapp-backend-secret";

/// A variable holds what it may not; one line that says which, what it holds and what it may hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A variable of the demo.
    #[error("`{variable}` is {found}: it must be {expected}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// What it holds, escaped and cut.
        found: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// A variable of the access control.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Answers a variable's value, `None` where it is not set.
type Lookup = Box<dyn Fn(&str) -> Option<String>>;

/// Everything the demo needs to know before it starts.
pub struct Settings {
    pub(crate) bind: Address,
    /// Where the embedded issuer listens; `None` when another issuer is configured.
    pub(crate) issuer_bind: Option<Address>,
    pub(crate) database: Database,
    lookup: Lookup,
}

impl Settings {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// A variable is malformed or contradicts another; the message names it.
    pub fn from_env() -> Result<Self, SettingsError> {
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let ours = VARIABLES.into_iter().find(|known| *known == name);
            if let Some(variable) = ours.filter(|_| value.to_str().is_none()) {
                let found = "not Unicode".to_owned();
                return Err(SettingsError::Invalid {
                    variable,
                    found,
                    expected: "text",
                });
            }
        }
        Self::from_vars(|name| std::env::var(name).ok())
    }

    /// Reads variables from `lookup`, which answers `None` for one that is not set.
    ///
    /// # Errors
    /// As [`Self::from_env`].
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String> + 'static) -> Result<Self, SettingsError> {
        let address = |variable, default: &str| {
            let text = lookup(variable).unwrap_or_else(|| default.to_owned());
            Address::parse(&text).ok_or_else(|| invalid(variable, &text, Address::EXPECTED))
        };
        let bind = address(BIND, "127.0.0.1:8080")?;
        let issuer_bind = address(ISSUER_BIND, "127.0.0.1:8180")?;
        let embedded = lookup(SERVER_URL).is_none() && lookup(ISSUER_URL).is_none();
        if embedded {
            check_embedded(&lookup)?;
        }
        let database = match lookup(DATABASE) {
            None => Database::Temporary,
            Some(url) => Database::parse(&url).ok_or_else(|| invalid(DATABASE, &url, Database::EXPECTED))?,
        };
        let issuer_bind = embedded.then_some(issuer_bind);
        let settings = Self {
            bind,
            issuer_bind,
            database,
            lookup: Box::new(lookup),
        };
        // What is wrong is said before a port is taken, with the address as it is written.
        let issuer = settings
            .issuer_bind
            .as_ref()
            .map(|address| issuer_url(&address.authority(address.port())));
        settings.access_control(issuer.as_deref())?;
        Ok(settings)
    }

    /// The access control's configuration; `issuer` is the embedded issuer's URL, if there is one.
    ///
    /// # Errors
    /// A variable of the access control is wrong.
    pub(crate) fn access_control(&self, issuer: Option<&str>) -> Result<Config, SettingsError> {
        let config = Config::from_vars(|name| self.variable(name, issuer));
        config.map_err(|error| match (error, &self.issuer_bind) {
            // Nobody set this variable: the embedded issuer's address was put there.
            (
                ConfigError::Invalid {
                    variable: ISSUER_URL, ..
                },
                Some(address),
            ) => {
                let expected = "a loopback address, unless `KEYCLOAK_ALLOW_HTTP` is `true`";
                invalid(ISSUER_BIND, &address.authority(address.port()), expected)
            }
            (error, _) => error.into(),
        })
    }

    /// A variable as the access control sees it: the demo knows its own issuer, and its realm's secret.
    fn variable(&self, name: &str, issuer: Option<&str>) -> Option<String> {
        let value = (self.lookup)(name);
        match name {
            ISSUER_URL => value.or_else(|| issuer.map(str::to_owned)),
            CLIENT_SECRET => {
                let value = value.filter(|secret| !secret.is_empty());
                value.or_else(|| self.knows_secret(issuer).then(|| DEMO_SECRET.to_owned()))
            }
            LOGOUT_CLIENTS => value.or_else(|| self.is_demo_client().then(|| DEMO_LOGOUT_CLIENTS.to_owned())),
            _ => value,
        }
    }

    fn is_demo_client(&self) -> bool {
        (self.lookup)(CLIENT_ID).is_none_or(|client| client == DEMO_CLIENT)
    }

    /// Whether the realm file's secret may stand in for one that is not set: for the realm file's client, at the embedded
    /// issuer, and elsewhere as long as the operator asked for nothing that needs a secret.
    fn knows_secret(&self, issuer: Option<&str>) -> bool {
        let local = (self.lookup)(VALIDATION).is_none_or(|validation| validation == "local");
        self.is_demo_client() && (issuer.is_some() || local)
    }
}

/// What the demo reads itself.
const VARIABLES: [&str; 11] = [
    BIND,
    ISSUER_BIND,
    DATABASE,
    SERVER_URL,
    ISSUER_URL,
    INTERNAL_URL,
    REALM,
    CLIENT_ID,
    CLIENT_SECRET,
    VALIDATION,
    LOGOUT_CLIENTS,
];

/// Whoever names a realm or an inner address means another issuer, and forgot to say which.
fn check_embedded(lookup: &impl Fn(&str) -> Option<String>) -> Result<(), SettingsError> {
    let expected =
        "unset, or `KEYCLOAK_SERVER_URL` set beside it: the embedded issuer has one realm, `myapp`";
    if let Some(realm) = lookup(REALM).filter(|realm| realm != DEMO_REALM) {
        return Err(invalid(REALM, &realm, expected));
    }
    match lookup(INTERNAL_URL) {
        Some(url) => Err(invalid(
            INTERNAL_URL,
            &url,
            "unset, or `KEYCLOAK_SERVER_URL` set beside it",
        )),
        None => Ok(()),
    }
}

/// The embedded issuer's URL at `authority`.
pub(crate) fn issuer_url(authority: &str) -> String {
    format!("http://{authority}/realms/{DEMO_REALM}")
}

/// The addresses by which a browser on this machine reaches a server that listens on `address`.
pub(crate) fn origins(address: SocketAddr) -> Vec<String> {
    let local = |ip: IpAddr| ip.is_loopback() || ip.is_unspecified();
    let port = address.port();
    match address.ip() {
        ip if local(ip) => vec![
            format!("http://localhost:{port}"),
            format!("http://127.0.0.1:{port}"),
        ],
        _ => vec![format!("http://{address}")],
    }
}

fn invalid(variable: &'static str, found: &str, expected: &'static str) -> SettingsError {
    let found = match found {
        "" => "empty".to_owned(),
        // Someone may have put a password into a URL.
        found if found.contains('@') => "a value with `@` (not shown: it may hold a password)".to_owned(),
        found => format!("`{}`", found.escape_debug().take(80).collect::<String>()),
    };
    SettingsError::Invalid {
        variable,
        found,
        expected,
    }
}

#[cfg(test)]
mod tests;
