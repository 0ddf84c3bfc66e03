//! Tokens bound to a key of the client (RFC 9449), with Keycloak's words for what is wrong.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use rbac_core::dpop::{DpopError, ProofCheck, ReplayStore, TargetUri};
use rbac_core::jwk::SkipReason;
use rbac_core::token::TokenError;
use rbac_core::{Algorithm, Thumbprint};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::Issuer;
use super::oauth_error::OAuthError;
use super::realm::Client;

const HEADER: &str = "DPoP";

/// The claim `cnf` of a token that is bound to a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(super) struct Confirmation {
    jkt: String,
    #[serde(rename = "kc-jkt-type")]
    kind: String,
}

impl Confirmation {
    pub(super) fn to_key(key: &Thumbprint) -> Self {
        Self {
            jkt: key.to_string(),
            kind: "DPoP".to_owned(),
        }
    }

    /// Whether it is this key that the token is bound to.
    pub(super) fn is_to(&self, key: &Thumbprint) -> bool {
        Thumbprint::parse(&self.jkt).as_ref() == Some(key)
    }
}

/// The algorithms of proofs, as discovery and challenges name them.
pub(super) fn algorithms() -> impl Iterator<Item = &'static str> {
    Algorithm::ALL.into_iter().map(Algorithm::name)
}

impl Issuer {
    /// The key that a client proves to hold when it asks for tokens; `None` when it sends no proof.
    ///
    /// # Errors
    /// 400 when the proof is wrong, or when the client needs one and sends none.
    pub(super) async fn key_of(
        &self,
        client: &Client,
        request: &HttpRequest,
    ) -> Result<Option<Thumbprint>, OAuthError> {
        if !request.headers().contains_key(HEADER) && !client.needs_proof() {
            return Ok(None);
        }
        let proved = self.proved(request, "token", None).await;
        proved
            .map(Some)
            .map_err(|error| OAuthError::invalid_request(description(error)))
    }

    /// Whether the sender of a bound access token proves to hold its key, and uses the scheme for it.
    pub(super) async fn is_senders(&self, request: &HttpRequest, token: &str, bound: &Confirmation) -> bool {
        let proved = async || self.proved(request, "userinfo", Some(token)).await;
        uses_dpop(request) && proved().await.is_ok_and(|key| bound.is_to(&key))
    }

    async fn proved(
        &self,
        request: &HttpRequest,
        endpoint: &str,
        token: Option<&str>,
    ) -> Result<Thumbprint, DpopError> {
        let uri = TargetUri::parse(&self.url.endpoint(endpoint)).map_err(|_| DpopError::RequestUri)?;
        let mut check = ProofCheck::new(request.method().as_str(), &uri);
        if let Some(token) = token {
            check = check.access_token(token);
        }
        let now = self.clock.now();
        let proof = check.verify(header(request)?, now)?;
        let life = Duration::from_secs(proof.seconds_left(now));
        match self.used_proofs.first_time(proof.id(), life).await {
            Ok(true) => Ok(proof.key()),
            // A store that is full cannot tell, so the proof counts as used.
            Ok(false) | Err(_) => Err(DpopError::Replayed),
        }
    }
}

/// Whether the `Authorization` header has the scheme `DPoP`.
pub(super) fn uses_dpop(request: &HttpRequest) -> bool {
    let value = request.headers().get(AUTHORIZATION);
    let words = value.and_then(|value| value.to_str().ok()?.split_once(' '));
    words.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("DPoP"))
}

fn header(request: &HttpRequest) -> Result<&str, DpopError> {
    let mut values = request.headers().get_all(HEADER);
    let value = values.next().ok_or(DpopError::NoProof)?;
    if values.next().is_some() {
        return Err(DpopError::SeveralProofs);
    }
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() {
        return Err(DpopError::NoProof);
    }
    Ok(text)
}

fn description(error: DpopError) -> &'static str {
    match error {
        DpopError::NoProof => "DPoP proof is missing",
        DpopError::Token(TokenError::UnsupportedAlgorithm) => "Unsupported DPoP algorithm",
        DpopError::Type => "Invalid or missing type in DPoP header",
        DpopError::NoKey => "No JWK in DPoP header",
        DpopError::Key(SkipReason::PrivateKey) => "Private key material must not be present in DPoP JWK",
        DpopError::Signature => "DPoP verification failure",
        DpopError::Claim(_) => "DPoP mandatory claims are missing",
        DpopError::Method => "DPoP HTTP method mismatch",
        DpopError::Uri => "DPoP HTTP URL mismatch",
        DpopError::Time => "DPoP proof is not active",
        DpopError::Replayed => "DPoP proof has already been used",
        _ => "DPoP header verification failure",
    }
}
