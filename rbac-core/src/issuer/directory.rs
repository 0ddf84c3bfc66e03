//! Where the issuer's endpoints are (OpenID Connect Discovery 1.0, RFC 8414), checked against the configuration.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use reqwest::StatusCode;

use super::Unavailable;
use super::client::IssuerClient;
use super::flight::{NoResult, SingleFlight};
use crate::claims::Claims;
use crate::config::{Base, Config};
use crate::strict_json;

/// The issuer's own document contradicts the configuration. At start this is fatal.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The document speaks for another issuer. Often the host name, the port, `/auth` or a trailing slash differs.
    #[error(
        "the issuer at `{address}` calls itself `{found}`, but `{expected}` is configured: set `KEYCLOAK_ISSUER_URL` to \
             what tokens say, and `KEYCLOAK_INTERNAL_URL` to where it is fetched"
    )]
    OtherIssuer {
        /// Where the document was fetched.
        address: String,
        /// What it says.
        found: String,
        /// What is configured.
        expected: String,
    },
    /// An endpoint lies at another server, or is plain `http` where that is not allowed.
    #[error(
        "the issuer names its `{endpoint}` as `{found}`, which is not below the configured issuer or not safe to fetch"
    )]
    Elsewhere {
        /// The member of the document.
        endpoint: &'static str,
        /// What it says.
        found: String,
    },
    /// The document lacks what is needed.
    #[error("the issuer's document has no `{0}`")]
    Incomplete(&'static str),
}

/// The endpoints that are used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Endpoints {
    pub(crate) keys: String,
    pub(crate) introspection: Option<String>,
}

/// Finds the endpoints once, and remembers them.
pub(crate) struct Directory {
    client: IssuerClient,
    issuer: String,
    base: Base,
    known: ArcSwapOption<Endpoints>,
    flight: Arc<SingleFlight<(), Result<Arc<Endpoints>, Unavailable>>>,
}

/// How long a request waits for the endpoints.
const PATIENCE: Duration = Duration::from_secs(2);

impl Directory {
    pub(crate) fn new(client: IssuerClient, config: &Config) -> Arc<Self> {
        Arc::new(Self {
            client,
            issuer: config.issuer.clone(),
            base: config.base.clone(),
            known: ArcSwapOption::empty(),
            flight: SingleFlight::new(),
        })
    }

    /// The endpoints, asked for if they are not known yet.
    pub(crate) async fn endpoints(self: &Arc<Self>) -> Result<Arc<Endpoints>, Unavailable> {
        if let Some(known) = self.known.load_full() {
            return Ok(known);
        }
        let directory = Arc::clone(self);
        let found = self
            .flight
            .join((), PATIENCE, || async move { directory.discover().await })
            .await;
        found.unwrap_or_else(|missing| Err(missing.into()))
    }

    /// The endpoints, for work that is itself shared and bounded.
    pub(crate) async fn endpoints_now(&self) -> Result<Arc<Endpoints>, Unavailable> {
        match self.known.load_full() {
            Some(known) => Ok(known),
            None => self.discover().await,
        }
    }

    /// Asks the issuer now.
    pub(crate) async fn discover(&self) -> Result<Arc<Endpoints>, Unavailable> {
        let address = self.base.join("/.well-known/openid-configuration");
        let answer = self.client.get(&address).await?;
        let endpoints = match answer.status {
            StatusCode::OK => self.read(&address, &answer.body)?,
            // A gateway may let nothing through but what clients need. Keycloak's paths are known.
            StatusCode::NOT_FOUND if self.base.as_str().contains("/realms/") => self.keycloak_paths(),
            status => {
                return Err(Unavailable::UselessAnswer(format!(
                    "status {} for discovery",
                    status.as_u16()
                )));
            }
        };
        let endpoints = Arc::new(endpoints);
        self.known.store(Some(Arc::clone(&endpoints)));
        Ok(endpoints)
    }

    fn read(&self, address: &str, body: &[u8]) -> Result<Endpoints, Unavailable> {
        let document = strict_json::parse_object(body)
            .map_err(|error| Unavailable::UselessAnswer(format!("the discovery document: {error}")))?;
        let document = Claims::new(document);
        let found = document
            .string("issuer")
            .ok_or(DiscoveryError::Incomplete("issuer"))?;
        // A server without a fixed host name calls itself by the address it was asked at. The operator named that address;
        // tokens are still held to the configured issuer.
        if found != self.issuer && found != self.base.as_str() {
            let (address, found) = (address.to_owned(), found.escape_debug().to_string());
            return Err(DiscoveryError::OtherIssuer {
                address,
                found,
                expected: self.issuer.clone(),
            }
            .into());
        }
        let keys = document
            .string("jwks_uri")
            .ok_or(DiscoveryError::Incomplete("jwks_uri"))?;
        let introspection = document.string("introspection_endpoint");
        Ok(Endpoints {
            keys: self.reachable("jwks_uri", keys)?,
            introspection: introspection
                .map(|found| self.reachable("introspection_endpoint", found))
                .transpose()?,
        })
    }

    fn keycloak_paths(&self) -> Endpoints {
        Endpoints {
            keys: self.base.join("/protocol/openid-connect/certs"),
            introspection: Some(self.base.join("/protocol/openid-connect/token/introspect")),
        }
    }

    /// An endpoint below the issuer, as seen from here: with an internal address, the public one is exchanged for it.
    fn reachable(&self, endpoint: &'static str, found: &str) -> Result<String, DiscoveryError> {
        let below = |root: &str| {
            let path = found.strip_prefix(root.trim_end_matches('/'))?;
            path.starts_with('/').then(|| self.base.join(path))
        };
        let elsewhere = || DiscoveryError::Elsewhere {
            endpoint,
            found: found.escape_debug().to_string(),
        };
        let address = below(self.base.as_str())
            .or_else(|| below(&self.issuer))
            .ok_or_else(elsewhere)?;
        if self.base.permits(&address) && self.base.contains(&address) {
            Ok(address)
        } else {
            Err(elsewhere())
        }
    }
}

impl From<NoResult> for Unavailable {
    fn from(missing: NoResult) -> Self {
        match missing {
            NoResult::Busy => Self::Busy,
            NoResult::TimedOut => Self::TimedOut,
        }
    }
}
