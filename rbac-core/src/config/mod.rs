//! What the operator decides, checked before anything starts.

mod env;
mod error;
mod further;
mod network;
mod revocation;
mod sender;
#[cfg(test)]
mod tests;
mod urls;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

pub(crate) use env::{DEFAULT_ALLOWED, DEFAULT_SKEW};
pub use error::ConfigError;
pub use sender::DpopMode;
pub(crate) use sender::{NonceKey, SenderRules};
pub(crate) use urls::Base;

use crate::algorithm::Algorithm;
use crate::catalogue::Grants;
use crate::principal::RolePolicy;

/// How a token is judged (`KEYCLOAK_TOKEN_VALIDATION`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum TokenValidation {
    /// By signature and claims.
    #[default]
    Local,
    /// By asking the issuer about every token (RFC 7662).
    Introspection,
    /// By signature and claims, then by asking the issuer through a short cache.
    Hybrid,
}

/// The configuration of access control: read from the environment, or built in code.
///
/// ```
/// use rbac_core::Config;
///
/// let vars = |name: &str| match name {
///     "KEYCLOAK_SERVER_URL" => Some("https://sso.example.com".to_owned()),
///     "KEYCLOAK_CLIENT_ID" => Some("payroll".to_owned()),
///     _ => None,
/// };
/// let config = Config::from_vars(vars)?;
/// assert_eq!(config.issuer(), "https://sso.example.com/realms/myapp");
/// assert_eq!(config.audience(), ["payroll"]);
///
/// let refused = Config::from_vars(|name| (name == "KEYCLOAK_SERVER_URL").then(|| "http://sso.example.com".into()));
/// assert!(refused.is_err(), "plain http beyond loopback");
/// # Ok::<(), rbac_core::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) issuer: String,
    pub(crate) realm: String,
    pub(crate) base: Base,
    pub(crate) client_id: String,
    /// Never shown: its `Debug` is redacted, and its memory is wiped.
    pub(crate) client_secret: Option<SecretString>,
    pub(crate) audience: Vec<String>,
    pub(crate) admin_role: Option<String>,
    pub(crate) permission_clients: Vec<String>,
    pub(crate) validation: TokenValidation,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) clock_skew: Duration,
    pub(crate) switches: Switches,
    pub(crate) limits: Limits,
    pub(crate) token_places: TokenPlaces,
    pub(crate) sender: SenderRules,
    /// The clients of whose sessions the issuer may tell the end.
    pub(crate) logout_clients: Vec<String>,
    /// Whether denials are explained to their callers.
    pub(crate) explain: bool,
    /// Further issuers, none of which has further ones itself.
    pub(crate) further: Vec<Config>,
}

/// The development switches: what is off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Switches {
    pub(crate) insecure_skip_signature: bool,
    pub(crate) insecure_skip_authentication: bool,
}

/// Where a token may be beside the `Authorization` header.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct TokenPlaces {
    pub(crate) cookie: Option<String>,
    pub(crate) websocket_protocol: bool,
}

/// The most verified tokens that are remembered.
const MAX_TOKEN_CACHE: usize = 10_000_000;

/// Times and sizes that a stranger cannot move.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) token_bytes: usize,
    pub(crate) introspection_ttl: Duration,
    pub(crate) inactive_ttl: Duration,
    /// The longest that access tokens usually live.
    pub(crate) token_life: Duration,
    /// How many revocations are remembered one by one.
    pub(crate) revocations: usize,
    /// How many verified tokens are remembered.
    pub(crate) token_cache: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_bytes: 8 * 1024,
            introspection_ttl: Duration::from_secs(5),
            inactive_ttl: Duration::from_secs(5),
            token_life: revocation::DEFAULT_TOKEN_LIFE,
            revocations: revocation::DEFAULT_REVOCATIONS,
            token_cache: 10_000,
        }
    }
}

impl Config {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// A variable is missing, malformed or contradicts another; the message names it.
    pub fn from_env() -> Result<Self, ConfigError> {
        env::read(&env::process_variable)
    }

    /// Reads variables from `lookup`, which answers `None` for one that is not set.
    ///
    /// # Errors
    /// As [`Config::from_env`].
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        env::read(&|name| Ok(lookup(name)))
    }

    /// The issuer, byte for byte as a token's `iss` must be.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The realm's name, as challenges show it.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The id of this API's client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The audiences of which a token must name one.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        &self.audience
    }

    /// How a token is judged.
    #[must_use]
    pub fn validation(&self) -> TokenValidation {
        self.validation
    }

    /// Looks permissions up among the roles of `client` too, beside those of this API's client and of the realm.
    ///
    /// # Security
    /// Whoever may give roles of that client then opens this API.
    #[must_use]
    pub fn permission_client(mut self, client: impl Into<String>) -> Self {
        self.permission_clients.push(client.into());
        self
    }

    /// The longest access token that is looked at, in bytes; 8 KiB without this call.
    #[must_use]
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.limits.token_bytes = bytes;
        self
    }

    /// How many verified tokens are remembered, so that they need not be verified again, at most ten million; 0 turns it off,
    /// and 10,000 is what it is without this call. A token takes 4 KiB at most, on average.
    ///
    /// # Security
    /// What is remembered answers as verifying the token again would: until its end on either clock, as long as the issuer
    /// publishes the key, and after every revocation anew. `introspection` remembers nothing, and `hybrid` the signature alone.
    #[must_use]
    pub fn token_cache(mut self, tokens: usize) -> Self {
        self.limits.token_cache = tokens.min(MAX_TOKEN_CACHE);
        self
    }

    /// How long an active introspection answer counts in `hybrid`, at most 30 seconds; 5 without this call.
    ///
    /// # Security
    /// This is how long a token that was taken back goes on working.
    #[must_use]
    pub fn introspection_cache(mut self, time: Duration) -> Self {
        self.limits.introspection_ttl = time.min(Duration::from_secs(30));
        self
    }

    /// Takes the token from the cookie of that name too.
    ///
    /// # Security
    /// A browser sends a cookie along with requests that another site makes: set it `SameSite=Strict`, or check `Origin`.
    #[must_use]
    pub fn token_cookie(mut self, name: impl Into<String>) -> Self {
        self.token_places.cookie = Some(name.into());
        self
    }

    /// Takes the token from a WebSocket handshake too: the protocol behind `bearer` in `Sec-WebSocket-Protocol`, as a browser
    /// sends it for `new WebSocket(url, ["chat", "bearer", token])`.
    #[must_use]
    pub fn token_in_websocket_protocol(mut self) -> Self {
        self.token_places.websocket_protocol = true;
        self
    }

    /// Tells every caller in the body of a denial why it was one, as `RBAC_EXPLAIN=true` does.
    ///
    /// # Security
    /// It shows a caller the rule, the roles and attributes of the token, and which check a token failed: for development
    /// and for the time of looking for a fault. Starting with it warns. The log and the audit have it all without.
    #[must_use]
    pub fn explain_to_callers(mut self) -> Self {
        self.explain = true;
        self
    }

    /// Checks that a development switch, if one is off, stays within this machine.
    ///
    /// # Errors
    /// A switch is off and `address` is not loopback.
    pub fn check_bind(&self, address: SocketAddr) -> Result<(), ConfigError> {
        if self.switches == Switches::default() || address.ip().is_loopback() {
            return Ok(());
        }
        let variable = if self.switches.insecure_skip_signature {
            env::VERIFY_SIGNATURE
        } else {
            env::AUTHENTICATE
        };
        Err(ConfigError::Insecure {
            variable,
            remedy: "a development switch is off, so bind a loopback address such as `127.0.0.1:8080`",
        })
    }

    pub(crate) fn role_policy(&self, grants: Grants) -> RolePolicy {
        let clients: BTreeSet<&String> = self.permission_clients.iter().chain([&self.client_id]).collect();
        RolePolicy {
            permission_clients: clients.into_iter().cloned().collect(),
            admin_role: self.admin_role.clone(),
            grants,
        }
    }
}
