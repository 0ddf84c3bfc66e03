//! The addresses of the issuer.

use url::{Host, Url};

use super::ConfigError;

/// The address under which the issuer's endpoints are fetched: `http(s)://host[:port][/path]`, without a trailing slash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Base {
    text: String,
    allow_http: bool,
}

impl Base {
    /// Checks an address that `variable` holds.
    pub(super) fn parse(variable: &'static str, text: &str, allow_http: bool) -> Result<Self, ConfigError> {
        let invalid = |expected: &str| ConfigError::invalid(variable, text, expected);
        let url = Url::parse(text).map_err(|_| invalid("an address such as `https://sso.example.com`"))?;
        if !is_written_out(text) {
            return Err(invalid(
                "an address such as `https://sso.example.com`, without blanks or `\\`",
            ));
        }
        if !is_plain(&url) {
            return Err(invalid(
                "an `http` or `https` address with a host, and without user, query or fragment",
            ));
        }
        if !is_safe(&url, allow_http) {
            return Err(invalid(
                "`https`; plain `http` is taken on loopback, and elsewhere only with `KEYCLOAK_ALLOW_HTTP=true`",
            ));
        }
        Ok(Self {
            text: text.trim_end_matches('/').to_owned(),
            allow_http,
        })
    }

    /// The address without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of the address, without a trailing slash.
    pub(super) fn path(&self) -> String {
        Url::parse(&self.text)
            .map(|url| url.path().trim_end_matches('/').to_owned())
            .unwrap_or_default()
    }

    /// The same address with `path` behind it.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether `address` lies below this one once its dot segments are resolved, as they are when it is fetched.
    pub(crate) fn contains(&self, address: &str) -> bool {
        let (Ok(base), Ok(address)) = (Url::parse(&self.text), Url::parse(address)) else {
            return false;
        };
        let below = address
            .path()
            .strip_prefix(base.path().trim_end_matches('/'))
            .is_some_and(|path| path.starts_with('/'));
        below && base.origin() == address.origin()
    }

    /// Whether it is this machine's own.
    pub(crate) fn is_loopback(&self) -> bool {
        Url::parse(&self.text).is_ok_and(|url| is_loopback(&url))
    }

    /// Whether `address` may be fetched: plain, and `http` only where that is allowed.
    pub(crate) fn permits(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| is_plain(&url) && is_safe(&url, self.allow_http))
    }
}

/// Whether the text is what it is taken for. `Url` mends much: blanks, tabs, missing and wrong slashes. A token's `iss` is
/// compared with the text, which no mended address equals.
fn is_written_out(text: &str) -> bool {
    text.contains("://")
        && !text.contains(":///")
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
}

fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

fn is_safe(url: &Url, allow_http: bool) -> bool {
    url.scheme() == "https" || allow_http || is_loopback(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
