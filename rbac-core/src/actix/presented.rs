//! What a request brings: its token, and what proves that the token is the sender's.

use actix_web::http::header::{AUTHORIZATION, HOST, HeaderName};
use actix_web::{HttpMessage, HttpRequest};

use super::credentials::{self, CredentialsError, TokenScheme};
use crate::authenticate::{DpopRequest, FirstTimeOnce, Presented, Scheme};
use crate::certificate::ClientCertificate;
use crate::config::{Config, DpopMode, SenderRules};
use crate::dpop::{DpopError, Origin, TargetUri, UriError};
use crate::token::TokenError;

/// The header with the proof (RFC 9449 section 4.1).
pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The credentials of a request; `None` when it has none.
pub(super) fn read<'r>(
    request: &'r HttpRequest,
    config: &Config,
) -> Result<Option<Presented<'r>>, CredentialsError> {
    let rules = &config.sender;
    let dpop = rules.dpop != DpopMode::Off;
    let Some(found) = credentials::find(request, &config.token_places, dpop)? else {
        return Ok(None);
    };
    Ok(Some(Presented {
        token: found.token,
        scheme: match found.scheme {
            TokenScheme::Bearer => Scheme::Bearer,
            TokenScheme::Dpop => Scheme::Dpop(DpopRequest {
                proof: proof(request),
                method: request.method().as_str(),
                uri: uri(request, rules),
                first_time: first_time(request),
            }),
        },
        certificate: certificate(request, rules)?,
    }))
}

/// Whether the request tries the scheme `DPoP`, well-formed or not.
pub(super) fn tries_dpop(request: &HttpRequest) -> bool {
    let values = request.headers().get_all(AUTHORIZATION);
    let scheme = |value: &[u8]| {
        value
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"DPoP"))
    };
    values.into_iter().any(|value| scheme(value.as_bytes()))
}

fn proof(request: &HttpRequest) -> Result<&str, DpopError> {
    let mut values = request.headers().get_all(DPOP);
    let value = values.next().ok_or(DpopError::NoProof)?;
    if values.next().is_some() {
        return Err(DpopError::SeveralProofs);
    }
    value
        .to_str()
        .map_err(|_| DpopError::Token(TokenError::NotThreeParts))
}

/// What is known of the proof already, where this request was looked at before.
fn first_time(request: &HttpRequest) -> FirstTimeOnce {
    let mut extensions = request.extensions_mut();
    if let Some(known) = extensions.get::<FirstTimeOnce>() {
        return known.clone();
    }
    let unknown = FirstTimeOnce::default();
    extensions.insert(unknown.clone());
    unknown
}

/// The URI that the caller used.
// INVARIANT: from the configuration, or from the connection and the host that the request itself names. What a proxy or
// anybody else says in `Forwarded` and `X-Forwarded-*` is not looked at.
fn uri(request: &HttpRequest, rules: &SenderRules) -> Result<TargetUri, UriError> {
    let path = request.uri().path();
    match &rules.public_origin {
        Some(origin) => TargetUri::of_request(origin, path),
        None => TargetUri::of_request(&origin(request)?, path),
    }
}

/// HTTP/2 has the host in its target, as HTTP/1 has with an absolute one, which counts more than `Host`
/// (RFC 9112 section 3.2.2).
fn origin(request: &HttpRequest) -> Result<Origin, UriError> {
    let secure = request.app_config().secure();
    if let Some(authority) = request.uri().authority() {
        return Origin::of_host(secure, authority.as_str());
    }
    let mut hosts = request.headers().get_all(HOST);
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Origin::of_host(secure, host.to_str().map_err(|_| UriError)?),
        _ => Err(UriError),
    }
}

/// The certificate that the caller showed to this server, or to a proxy that is trusted to tell.
fn certificate(
    request: &HttpRequest,
    rules: &SenderRules,
) -> Result<Option<ClientCertificate>, CredentialsError> {
    match &rules.certificate_header {
        // INVARIANT: the header counts from a trusted peer alone, and then it alone: the certificate of that connection is
        // the proxy's own.
        Some(name) if is_trusted(request, rules) => from_header(request, name),
        _ => Ok(request.conn_data::<ClientCertificate>().copied()),
    }
}

fn is_trusted(request: &HttpRequest, rules: &SenderRules) -> bool {
    let peer = request.peer_addr().map(|peer| peer.ip());
    peer.is_some_and(|peer| rules.trusted_proxies.iter().any(|network| network.contains(peer)))
}

fn from_header(request: &HttpRequest, name: &str) -> Result<Option<ClientCertificate>, CredentialsError> {
    let mut values = request.headers().get_all(name);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(CredentialsError::ClientCertificate);
    }
    let text = value.to_str().map_err(|_| CredentialsError::ClientCertificate)?;
    ClientCertificate::from_header(text).map_err(|_| CredentialsError::ClientCertificate)
}
