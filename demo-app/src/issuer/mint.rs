//! Tokens for a login.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rbac_core::Thumbprint;
use serde::Serialize;
use uuid::Uuid;

use super::Issuer;
use super::claims::{
    AccessClaims, Envelope, IdClaims, Person, Profile, Service, SessionClaims, audience, lightweight_audience,
};
use super::dpop::Confirmation;
use super::oauth_error::OAuthError;
use super::realm::{Client, User};
use super::scope::{is_offline, is_openid};

/// Who gets tokens, through which client, and how they came to ask.
pub(super) struct Login<'a> {
    pub(super) client: &'a Client,
    pub(super) user: &'a User,
    pub(super) scope: &'a str,
    pub(super) grant: Grant,
    /// The key that the tokens are bound to.
    pub(super) key: Option<Thumbprint>,
    /// The address that a service called from, where it is known.
    pub(super) address: Option<String>,
    /// The session; a service account has none.
    pub(super) session: Option<LoginSession<'a>>,
}

/// The session that the tokens belong to.
pub(super) struct LoginSession<'a> {
    pub(super) sid: &'a str,
    /// When it ends unless it is refreshed, in seconds since 1970.
    pub(super) until: u64,
    pub(super) authenticated: Option<u64>,
    pub(super) nonce: Option<&'a str>,
}

/// The grant, as the token's id tells it.
#[derive(Clone, Copy)]
pub(super) enum Grant {
    Code,
    Password,
    Refresh,
    ClientCredentials,
}

/// The token endpoint's answer.
#[derive(Serialize)]
pub(super) struct TokenAnswer {
    access_token: String,
    expires_in: u64,
    refresh_expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(rename = "not-before-policy")]
    not_before_policy: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_state: Option<String>,
    scope: String,
}

impl Issuer {
    /// Makes the tokens of a login.
    pub(super) fn mint(&self, login: &Login<'_>) -> Result<TokenAnswer, OAuthError> {
        let now = self.clock.now();
        let lifespan = self.realm.lifespans().access_token;
        let envelope = self.envelope(login, now, now + lifespan);
        let access_token = self.sign_access(login, &envelope)?;
        let session = login.session.as_ref();
        let refresh_token = session
            .map(|session| self.sign_refresh(login, session, now))
            .transpose()?;
        let id_token = is_openid(login.scope)
            .then(|| self.sign_id(login, &envelope, &access_token))
            .transpose()?;
        let refreshable = session.filter(|_| !is_offline(login.scope));
        Ok(TokenAnswer {
            access_token,
            expires_in: lifespan,
            refresh_expires_in: refreshable.map_or(0, |session| session.until.saturating_sub(now)),
            refresh_token,
            token_type: token_type(login),
            id_token,
            not_before_policy: self.realm.not_before(),
            session_state: session.map(|session| session.sid.to_owned()),
            scope: login.scope.to_owned(),
        })
    }

    fn envelope(&self, login: &Login<'_>, now: u64, exp: u64) -> Envelope {
        let session = login.session.as_ref();
        Envelope {
            exp,
            iat: now,
            auth_time: session.and_then(|session| session.authenticated),
            jti: token_id(login),
            iss: self.url.issuer().to_owned(),
            typ: token_type(login).to_owned(),
            azp: login.client.id().to_owned(),
            sid: session.map(|session| session.sid.to_owned()),
            cnf: login.key.as_ref().map(Confirmation::to_key),
            acr: (!login.client.is_lightweight()).then(|| "1".to_owned()),
            scope: login.scope.to_owned(),
        }
    }

    fn sign_access(&self, login: &Login<'_>, envelope: &Envelope) -> Result<String, OAuthError> {
        let claims = if login.client.is_lightweight() {
            AccessClaims {
                envelope,
                aud: lightweight_audience(login.client),
                person: None,
                service: None,
            }
        } else {
            let aud = audience(login.client, login.user);
            let person = Some(Person::of(login.client, login.user));
            AccessClaims {
                envelope,
                aud,
                person,
                service: service(login),
            }
        };
        self.keys.sign(login.client.header_type(), &claims)
    }

    fn sign_refresh(
        &self,
        login: &Login<'_>,
        session: &LoginSession<'_>,
        now: u64,
    ) -> Result<String, OAuthError> {
        let offline = is_offline(login.scope);
        self.keys.sign_refresh(&SessionClaims {
            exp: (!offline).then_some(session.until),
            iat: now,
            jti: Uuid::new_v4().to_string(),
            iss: self.url.issuer().to_owned(),
            aud: self.url.issuer().to_owned(),
            sub: login.user.id().to_owned(),
            typ: if offline { "Offline" } else { "Refresh" }.to_owned(),
            azp: login.client.id().to_owned(),
            sid: session.sid.to_owned(),
            scope: login.scope.to_owned(),
            // A confidential client proves with its secret that the token is its own.
            cnf: login
                .key
                .as_ref()
                .filter(|_| login.client.is_public())
                .map(Confirmation::to_key),
        })
    }

    fn sign_id(
        &self,
        login: &Login<'_>,
        access: &Envelope,
        access_token: &str,
    ) -> Result<String, OAuthError> {
        let session = login.session.as_ref();
        let claims = IdClaims {
            exp: access.exp,
            iat: access.iat,
            auth_time: access.auth_time,
            jti: Uuid::new_v4().to_string(),
            iss: &access.iss,
            aud: login.client.id(),
            sub: login.user.id(),
            typ: "ID",
            azp: login.client.id(),
            nonce: session.and_then(|session| session.nonce),
            sid: session.map(|session| session.sid),
            at_hash: half_hash(access_token),
            acr: "1",
            profile: Profile::of(login.user),
        };
        self.keys.sign("JWT", &claims)
    }
}

fn token_type(login: &Login<'_>) -> &'static str {
    match login.key {
        Some(_) => "DPoP",
        None => "Bearer",
    }
}

fn service<'a>(login: &'a Login<'_>) -> Option<Service<'a>> {
    let address = login.address.as_deref();
    let client_id = login.user.service_account_of()?;
    Some(Service {
        client_host: address,
        client_address: address,
        client_id,
    })
}

/// Six letters for session, token and grant, as Keycloak has it since 26.2, and a random part.
fn token_id(login: &Login<'_>) -> String {
    let session = match &login.session {
        None => "tr",
        Some(_) if is_offline(login.scope) => "of",
        Some(_) => "on",
    };
    let token = if login.client.is_lightweight() { "lt" } else { "rt" };
    let grant = match login.grant {
        Grant::Code => "ac",
        Grant::Password => "ro",
        Grant::Refresh => "rt",
        Grant::ClientCredentials => "cc",
    };
    format!("{session}{token}{grant}:{}", Uuid::new_v4())
}

/// `at_hash` of OpenID Connect Core 1.0, section 3.1.3.6, for RS256.
fn half_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}
