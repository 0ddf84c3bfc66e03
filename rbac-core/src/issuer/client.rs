//! A bounded HTTP client: deadlines, size caps, no redirects.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::Unavailable;
use crate::config::Base;

const CONNECT: Duration = Duration::from_secs(1);
const TOTAL: Duration = Duration::from_secs(5);
/// The longest document that is read, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// The client could not be made, as when the system's certificates cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: {0}")]
pub struct BuildError(#[from] reqwest::Error);

/// Asks the issuer.
#[derive(Clone, Debug)]
pub(crate) struct IssuerClient {
    http: reqwest::Client,
}

/// What came back, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) is_json: bool,
    pub(crate) body: Vec<u8>,
}

impl IssuerClient {
    /// Made for an issuer whose endpoints lie below `base`.
    pub(crate) fn new(base: &Base) -> Result<Self, BuildError> {
        // A redirect could lead a secret or the trust in a key to another server.
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(TOTAL);
        // INVARIANT: plain `http` is taken on this machine because nobody else hears it. A proxy of the environment would, and
        // could answer with keys of its own.
        let builder = if base.is_loopback() {
            builder.no_proxy()
        } else {
            builder
        };
        let http = builder
            .user_agent(concat!("rbac-core/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http })
    }

    /// Fetches a JSON document.
    pub(crate) async fn get(&self, address: &str) -> Result<Answer, Unavailable> {
        bounded(self.http.get(address)).await
    }

    /// Posts a form as this API's client, by `client_secret_basic` (RFC 6749 section 2.3.1).
    pub(crate) async fn post_form(
        &self,
        address: &str,
        client_id: &str,
        secret: &SecretString,
        form: &[(&str, &str)],
        deadline: Duration,
    ) -> Result<Answer, Unavailable> {
        let user = form_encoded(client_id);
        let password = SecretString::from(form_encoded(secret.expose_secret()));
        let request = self
            .http
            .post(address)
            .basic_auth(user, Some(password.expose_secret()));
        let request = request.header("Accept", "application/json").timeout(deadline);
        bounded(request.form(form)).await
    }
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn bounded(request: RequestBuilder) -> Result<Answer, Unavailable> {
    let mut response = request.send().await.map_err(unreachable)?;
    let (status, is_json) = (response.status(), is_json(&response));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len().saturating_add(chunk.len()) > MAX_BODY {
            return Err(Unavailable::UselessAnswer(format!(
                "longer than {MAX_BODY} bytes"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        is_json,
        body,
    })
}

/// `application/json` and its kin such as `application/jwk-set+json`; a signed or an HTML answer is neither.
fn is_json(response: &Response) -> bool {
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The cause without the address: an address can hold what nobody should read in a log.
fn unreachable(error: reqwest::Error) -> Unavailable {
    if error.is_timeout() {
        return Unavailable::TimedOut;
    }
    let error = error.without_url();
    let mut cause = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        cause = inner.to_string();
        source = inner.source();
    }
    Unavailable::Unreachable(cause)
}
