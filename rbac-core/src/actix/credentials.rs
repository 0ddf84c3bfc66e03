//! Finds the one access token of a request (RFC 6750 section 2.1, RFC 9449 section 7.1).

#[cfg(test)]
mod tests;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use crate::config::TokenPlaces;

/// The token of a request, exactly as it was sent; nothing about it is verified.
#[derive(Clone, Copy)]
pub(crate) struct UnverifiedCredentials<'a> {
    pub(crate) token: &'a str,
    pub(crate) scheme: TokenScheme,
}

/// The word before the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TokenScheme {
    Bearer,
    Dpop,
}

/// The `Authorization` header cannot be understood, or is not the only place that names a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// More than one `Authorization` header. A proxy may have added its own.
    #[error("more than one Authorization header")]
    SeveralHeaders,
    /// Not `Bearer`, one space and a token. Often the word or the token is missing, or a line was folded.
    #[error("the Authorization header is malformed")]
    Malformed,
    /// A token in two places at once: in the header, in the query, or in another place that the configuration names.
    #[error("a token in two places")]
    TwoPlaces,
    /// More headers, or longer ones, than any honest client sends.
    #[error("too many or too long headers")]
    HeadersTooLarge,
    /// A trusted proxy names two client certificates, or something that is none.
    #[error("the proxy's header with the client certificate is malformed")]
    ClientCertificate,
}

/// The most headers of a request, and the most bytes of them. HTTP/1 stops there by itself; HTTP/2 does not.
const MAX_HEADERS: usize = 96;
const MAX_HEADER_BYTES: usize = 128 * 1024;

/// The token of the request; `None` when it carries no bearer credentials, nor those of the scheme `DPoP` where `dpop` says
/// that it is known here.
///
/// A token in the query or in the body alone is no credentials: those places end up in logs and are never read.
pub(crate) fn find<'r>(
    request: &'r HttpRequest,
    places: &TokenPlaces,
    dpop: bool,
) -> Result<Option<UnverifiedCredentials<'r>>, CredentialsError> {
    if !headers_are_bounded(request) {
        return Err(CredentialsError::HeadersTooLarge);
    }
    let in_header = in_authorization(request, dpop)?;
    let in_cookie = places
        .cookie
        .as_deref()
        .map(|name| in_cookie(request, name))
        .transpose()?
        .flatten();
    let in_protocol = if places.websocket_protocol {
        in_websocket_protocol(request)?
    } else {
        None
    };
    let bearer = |token| UnverifiedCredentials {
        token,
        scheme: TokenScheme::Bearer,
    };
    let elsewhere = [in_cookie, in_protocol].map(|token| token.map(bearer));
    let mut found = in_header.into_iter().chain(elsewhere.into_iter().flatten());
    let Some(credentials) = found.next() else {
        return Ok(None);
    };
    if found.next().is_some() || names_access_token(request.query_string()) {
        return Err(CredentialsError::TwoPlaces);
    }
    Ok(Some(credentials))
}

fn headers_are_bounded(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let bytes = headers.iter().fold(0_usize, |bytes, (name, value)| {
        bytes
            .saturating_add(name.as_str().len())
            .saturating_add(value.len())
    });
    headers.len() <= MAX_HEADERS && bytes <= MAX_HEADER_BYTES
}

fn in_authorization(
    request: &HttpRequest,
    dpop: bool,
) -> Result<Option<UnverifiedCredentials<'_>>, CredentialsError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(CredentialsError::SeveralHeaders);
    }
    token_of(value, dpop)
}

/// The value of the cookie of that name (RFC 6265 section 4.2.1), which must be there once.
fn in_cookie<'r>(request: &'r HttpRequest, name: &str) -> Result<Option<&'r str>, CredentialsError> {
    let mut found = None;
    for line in request.headers().get_all(header::COOKIE) {
        let line = line.to_str().map_err(|_| CredentialsError::Malformed)?;
        for (_, value) in line
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|pair| pair.0 == name)
        {
            if found.replace(value).is_some() {
                return Err(CredentialsError::TwoPlaces);
            }
        }
    }
    found.map(well_formed).transpose()
}

/// The protocol that follows `bearer` in the list of a WebSocket handshake: browsers cannot set another header there.
fn in_websocket_protocol(request: &HttpRequest) -> Result<Option<&str>, CredentialsError> {
    let mut headers = request
        .headers()
        .get_all(HeaderName::from_static("sec-websocket-protocol"));
    let Some(value) = headers.next() else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| CredentialsError::Malformed)?;
    let mut protocols = text.split(',').map(str::trim);
    if !protocols.any(|protocol| protocol == "bearer") {
        return Ok(None);
    }
    if headers.next().is_some() {
        return Err(CredentialsError::SeveralHeaders);
    }
    let token = protocols.next().ok_or(CredentialsError::Malformed)?;
    if protocols.any(|protocol| protocol == "bearer") {
        return Err(CredentialsError::TwoPlaces);
    }
    well_formed(token).map(Some)
}

fn well_formed(token: &str) -> Result<&str, CredentialsError> {
    if is_b64token(token) {
        Ok(token)
    } else {
        Err(CredentialsError::Malformed)
    }
}

/// The token behind `Bearer ` or `DPoP `; `None` for another, well-formed scheme.
fn token_of(value: &HeaderValue, dpop: bool) -> Result<Option<UnverifiedCredentials<'_>>, CredentialsError> {
    // Visible ASCII only: anything else has no business in credentials.
    let text = value.to_str().map_err(|_| CredentialsError::Malformed)?;
    let scheme_end = text.find(|c: char| !is_scheme(c)).unwrap_or(text.len());
    let (scheme, rest) = text.split_at(scheme_end);
    let Some(scheme) = known(scheme, dpop) else {
        let well_formed = !scheme.is_empty() && (rest.is_empty() || rest.starts_with(' '));
        return if well_formed {
            Ok(None)
        } else {
            Err(CredentialsError::Malformed)
        };
    };
    match rest.strip_prefix(' ') {
        Some(token) if is_b64token(token) => Ok(Some(UnverifiedCredentials { token, scheme })),
        _ => Err(CredentialsError::Malformed),
    }
}

fn known(scheme: &str, dpop: bool) -> Option<TokenScheme> {
    match scheme {
        scheme if scheme.eq_ignore_ascii_case("Bearer") => Some(TokenScheme::Bearer),
        scheme if dpop && scheme.eq_ignore_ascii_case("DPoP") => Some(TokenScheme::Dpop),
        _ => None,
    }
}

/// A character of an authentication scheme (RFC 9110 section 5.6.2, `token`).
fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// `b64token` of RFC 6750 section 2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

pub(super) fn names_access_token(query: &str) -> bool {
    !query.is_empty() && url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token")
}
