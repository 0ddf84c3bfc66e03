//! A bounded HTTP client: deadlines, size caps, no redirects.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use url::{Host, Url};

use crate::exit::Failure;
use crate::text::plain;

const CONNECT: Duration = Duration::from_secs(3);
const TOTAL: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// Asks servers that whoever calls the tool has named.
pub(crate) struct Client {
    direct: reqwest::Client,
    proxied: reqwest::Client,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new() -> Result<Self, Failure> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .connect_timeout(CONNECT)
                .timeout(TOTAL)
                .user_agent(concat!("rbac-cli/", env!("CARGO_PKG_VERSION")))
        };
        let made = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|error| Failure::Unjudged(format!("the HTTP client cannot be made: {error}")))
        };
        Ok(Self {
            direct: made(builder().no_proxy())?,
            proxied: made(builder())?,
        })
    }

    /// A request. This machine itself is never asked through a proxy, which would hear what is plain `http` to it.
    pub(crate) fn request(&self, method: Method, address: &Url) -> RequestBuilder {
        let client = if is_loopback(address) {
            &self.direct
        } else {
            &self.proxied
        };
        client.request(method, address.clone())
    }
}

/// Sends a request to `address` and reads the whole answer.
pub(crate) async fn send(request: RequestBuilder, address: &Url) -> Result<Answer, Failure> {
    let fault = |error: reqwest::Error| Failure::Unjudged(format!("{}: {}", shown(address), cause(error)));
    let mut response = request.send().await.map_err(fault)?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let mut answer = Answer {
        status: response.status(),
        location: header("location").map(str::to_owned),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await.map_err(fault)? {
        if answer.body.len().saturating_add(chunk.len()) > MAX_BODY {
            return Err(Failure::Unjudged(format!(
                "{}: longer than {MAX_BODY} bytes",
                shown(address)
            )));
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(answer)
}

impl Answer {
    /// The body as JSON, of an answer with status 200.
    pub(crate) fn json(&self, address: &Url) -> Result<Value, Failure> {
        let fault = |what: &str| Failure::Unjudged(format!("{}: {what}", shown(address)));
        if self.status != StatusCode::OK {
            let to = self.location.as_deref().map(|to| format!(" to {}", plain(to)));
            let status = self.status.as_u16();
            return Err(fault(&format!(
                "the answer is {status}{}",
                to.unwrap_or_default()
            )));
        }
        serde_json::from_slice(&self.body).map_err(|_| fault("the answer is no JSON"))
    }
}

/// An address that somebody typed.
pub(crate) fn address(text: &str) -> Result<Url, Failure> {
    let fault = |what: &str| Failure::Usage(format!("`{}` {what}", plain(text)));
    let url = Url::parse(text).map_err(|error| fault(&format!("is no address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::Usage("an address must not hold a password".to_owned()));
    }
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err(fault("is no address of `http` or `https`")),
    }
}

/// Lets a secret go to `address` only where nobody on the way can read it.
pub(crate) fn keep_private(address: &Url) -> Result<(), Failure> {
    if address.scheme() == "https" || is_loopback(address) {
        return Ok(());
    }
    let shown = shown(address);
    Err(Failure::Usage(format!(
        "`{shown}` is plain `http` beyond this machine: a secret does not go there"
    )))
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The address without its query, which may hold what nobody should read in a log.
fn shown(address: &Url) -> String {
    let mut bare = address.clone();
    bare.set_query(None);
    bare.to_string()
}

/// The innermost cause, which names what really happened.
fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut cause = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        cause = inner.to_string();
        source = inner.source();
    }
    format!("cannot be reached ({cause})")
}
