//! URIs that two parties can compare: normalised as RFC 3986 sections 6.2.2 and 6.2.3 say, and no further.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::Ipv6Addr;

/// A text is not an `http` or `https` URI that has one normal form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an http or https URI with one meaning")]
pub struct UriError;

/// `http://host[:port]` or `https://host[:port]` in normal form: lower case, and without the scheme's own port.
///
/// ```
/// use rbac_core::dpop::Origin;
///
/// assert_eq!(Origin::parse("HTTPS://API.Example.com:443"), Origin::parse("https://api.example.com"));
/// assert_ne!(Origin::parse("https://api.example.com:8443"), Origin::parse("https://api.example.com"));
/// assert!(Origin::parse("https://user@api.example.com").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// A URI without query and fragment, in normal form.
///
/// ```
/// use rbac_core::dpop::{Origin, TargetUri};
///
/// let origin = Origin::parse("https://api.example.com").unwrap();
/// let request = TargetUri::of_request(&origin, "/caf%c3%a9").unwrap();
/// assert_eq!(TargetUri::parse("https://API.example.com:443/caf%C3%A9?page=2"), Ok(request.clone()));
/// assert_ne!(TargetUri::parse("https://api.example.com/other"), Ok(request));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TargetUri {
    origin: Origin,
    path: String,
}

impl Origin {
    /// Reads an origin; a single slash may follow it.
    ///
    /// # Errors
    /// The text has a path, a query, a fragment or a user, or is none at all.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (scheme, authority) = split_scheme(text)?;
        Self::of(scheme, authority.strip_suffix('/').unwrap_or(authority))
    }

    /// The origin of a server that a request names by its `Host` header or `:authority`, with TLS or without.
    ///
    /// # Errors
    /// The text is no host with an optional port.
    pub fn of_host(secure: bool, host: &str) -> Result<Self, UriError> {
        Self::of(if secure { Scheme::Https } else { Scheme::Http }, host)
    }

    fn of(scheme: Scheme, authority: &str) -> Result<Self, UriError> {
        let (host, port) = split_port(authority)?;
        let host = host.to_ascii_lowercase();
        Ok(Self(match port {
            Some(port) if port != scheme.port() => format!("{}://{host}:{port}", scheme.name()),
            _ => format!("{}://{host}", scheme.name()),
        }))
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TargetUri {
    /// Reads a URI as a proof's `htu` has it. A query and a fragment are cut off.
    ///
    /// # Errors
    /// The scheme is not `http` or `https`, there is a user, a percent sign begins no escape, or a character has no place
    /// in a URI.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = split_scheme(text)?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at_checked(at).ok_or(UriError)?,
            None => (rest, "/"),
        };
        Ok(Self {
            origin: Origin::of(scheme, authority)?,
            path: without_dot_segments(&decoded(path)?),
        })
    }

    /// The URI of a request for `path` as it came over the wire, at `origin`.
    ///
    /// # Errors
    /// The path does not begin with a slash, is malformed, or has dot segments: an honest client resolves them before it
    /// asks, and what routes by them may see another path than who compares.
    // INVARIANT: the path that is compared is the path that is routed; only `htu` has its dot segments resolved.
    pub fn of_request(origin: &Origin, path: &str) -> Result<Self, UriError> {
        let path = decoded(path.split(['?', '#']).next().unwrap_or_default())?;
        if !path.starts_with('/') || path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(UriError);
        }
        Ok(Self {
            origin: origin.clone(),
            path,
        })
    }
}

#[derive(Clone, Copy)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

fn split_scheme(text: &str) -> Result<(Scheme, &str), UriError> {
    let (scheme, rest) = text.split_once("://").ok_or(UriError)?;
    match scheme {
        scheme if scheme.eq_ignore_ascii_case("https") => Ok((Scheme::Https, rest)),
        scheme if scheme.eq_ignore_ascii_case("http") => Ok((Scheme::Http, rest)),
        _ => Err(UriError),
    }
}

/// Host and port; an empty port is none.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), UriError> {
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand within its brackets.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    if !is_host(host) || port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UriError);
    }
    if port.is_empty() {
        return Ok((host, None));
    }
    port.parse().map(|port| (host, Some(port))).map_err(|_| UriError)
}

/// A name or an address. No user, no escapes: nobody writes an honest host with them.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !host.is_empty() && host.bytes().all(is_fine)
}

/// The path with the escapes of unreserved characters undone and the digits of all others in upper case
/// (RFC 3986 sections 6.2.2.1 and 6.2.2.2).
fn decoded(path: &str) -> Result<String, UriError> {
    let mut result = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let escape = escaped(bytes.next(), bytes.next()).ok_or(UriError)?;
                push_octet(&mut result, escape);
            }
            b'\\' | b'?' | b'#' => return Err(UriError),
            b'!'..=b'~' => result.push(char::from(byte)),
            _ => return Err(UriError),
        }
    }
    Ok(result)
}

fn escaped(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let octet = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
    u8::try_from(octet).ok()
}

fn push_octet(path: &mut String, octet: u8) {
    if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
        path.push(char::from(octet));
    } else {
        path.push_str(&format!("%{octet:02X}"));
    }
}

/// RFC 3986 section 5.2.4, for a path that begins with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => {
                kept.push(segment);
                continue;
            }
        }
        // What a dot segment at the end leaves is a folder.
        if is_last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for TargetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl fmt::Debug for TargetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
