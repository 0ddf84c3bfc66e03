//! The four grants of the token endpoint.

use std::net::SocketAddr;

use actix_web::http::StatusCode;
use rbac_core::Thumbprint;

use super::Issuer;
use super::dpop::Confirmation;
use super::form::Form;
use super::mint::{Grant, Login, LoginSession, TokenAnswer};
use super::oauth_error::OAuthError;
use super::proof_key;
use super::realm::Client;
use super::scope;
use super::state::Session;

/// How a session goes on.
struct GoingOn<'a> {
    grant: Grant,
    key: Option<Thumbprint>,
    nonce: Option<&'a str>,
}

impl Issuer {
    /// RFC 6749, section 4.3.
    pub(super) fn password_grant(
        &self,
        client: &Client,
        form: &Form,
        key: Option<Thumbprint>,
    ) -> Result<TokenAnswer, OAuthError> {
        if !client.may_use_passwords() {
            let description = "Client not allowed for direct access grants";
            return Err(OAuthError::bad_request("unauthorized_client", description));
        }
        let scope = scope::grant(form.given("scope"))?;
        let missing = || OAuthError::missing("username").with_status(StatusCode::UNAUTHORIZED);
        let name = form.field("username").ok_or_else(missing)?;
        let user = self
            .realm
            .log_in(name, form.given("password").unwrap_or_default());
        let user = user.ok_or_else(|| OAuthError::invalid_grant("Invalid user credentials"))?;
        self.require_enabled(user)?;
        let session = Session {
            username: user.username().to_owned(),
            client: client.id().to_owned(),
            offline: scope::is_offline(&scope),
            scope: scope.clone(),
            started: self.clock.now(),
            authenticated: None,
        };
        let (sid, until) = self.state.begin_session(session, self.realm.lifespans());
        let session = LoginSession {
            sid: &sid,
            until,
            authenticated: None,
            nonce: None,
        };
        let grant = Grant::Password;
        self.mint(&Login {
            client,
            user,
            scope: &scope,
            grant,
            key,
            address: None,
            session: Some(session),
        })
    }

    /// RFC 6749, section 4.4.
    pub(super) fn client_credentials_grant(
        &self,
        client: &Client,
        form: &Form,
        key: Option<Thumbprint>,
        peer: Option<SocketAddr>,
    ) -> Result<TokenAnswer, OAuthError> {
        let refused = |description| {
            OAuthError::bad_request("unauthorized_client", description).with_status(StatusCode::UNAUTHORIZED)
        };
        if client.is_public() {
            return Err(refused("Public client not allowed to retrieve service account"));
        }
        let account = self
            .realm
            .service_account(client)
            .filter(|_| client.has_service_account());
        let user = account.ok_or_else(|| refused("Client not enabled to retrieve service account"))?;
        self.require_enabled(user)?;
        let scope = scope::grant(form.given("scope"))?;
        let address = peer.map(|peer| peer.ip().to_string());
        let grant = Grant::ClientCredentials;
        self.mint(&Login {
            client,
            user,
            scope: &scope,
            grant,
            key,
            address,
            session: None,
        })
    }

    /// RFC 6749, section 6. A refresh token may be used again within its session, as Keycloak's default has it.
    pub(super) fn refresh_grant(
        &self,
        client: &Client,
        form: &Form,
        key: Option<Thumbprint>,
    ) -> Result<TokenAnswer, OAuthError> {
        let missing = || OAuthError::invalid_request("No refresh token");
        let token = form.field("refresh_token").ok_or_else(missing)?;
        let claims = self.open_refresh_token(token)?;
        if claims.azp != client.id() {
            return Err(OAuthError::foreign_refresh_token());
        }
        check_key(claims.cnf.as_ref(), key.as_ref())?;
        let now = self.clock.now();
        let session = self
            .state
            .session(&claims.sid, now)
            .filter(|session| session.client == client.id());
        let session = session.ok_or_else(|| OAuthError::invalid_grant("Session not active"))?;
        let going_on = GoingOn {
            key,
            nonce: None,
            grant: Grant::Refresh,
        };
        self.continue_session(client, &claims.sid, &session, &going_on)
    }

    /// RFC 6749, section 4.1.3, with RFC 7636. A code is used up by the first attempt, whatever comes of it.
    pub(super) fn code_grant(
        &self,
        client: &Client,
        form: &Form,
        key: Option<Thumbprint>,
    ) -> Result<TokenAnswer, OAuthError> {
        let now = self.clock.now();
        let redeemed = self.state.redeem(form.require("code")?, now);
        let (sid, request) = redeemed.ok_or_else(|| OAuthError::invalid_grant("Code not valid"))?;
        let session = self.state.session(&sid, now);
        let session = session.ok_or_else(|| OAuthError::invalid_grant("User session not found"))?;
        if form.field("redirect_uri") != Some(request.redirect_uri.as_str()) {
            return Err(OAuthError::invalid_grant("Incorrect redirect_uri"));
        }
        if request.client != client.id() {
            let description = "Auth error: Found different client_id in clientSession";
            return Err(OAuthError::invalid_grant(description));
        }
        proof_key::check(request.challenge.as_ref(), form.field("code_verifier"))?;
        let going_on = GoingOn {
            key,
            nonce: request.nonce.as_deref(),
            grant: Grant::Code,
        };
        self.continue_session(client, &sid, &session, &going_on)
    }

    /// Tokens for a session that goes on, and keeps going on for as long as it may idle from now.
    fn continue_session(
        &self,
        client: &Client,
        sid: &str,
        session: &Session,
        &GoingOn { key, nonce, grant }: &GoingOn<'_>,
    ) -> Result<TokenAnswer, OAuthError> {
        let user = self.user_of(session)?;
        let until = self
            .state
            .keep_session(sid, session, self.realm.lifespans(), self.clock.now());
        let parts = LoginSession {
            sid,
            until,
            authenticated: session.authenticated,
            nonce,
        };
        let scope = &session.scope;
        self.mint(&Login {
            client,
            user,
            scope,
            grant,
            key,
            address: None,
            session: Some(parts),
        })
    }
}

/// A public client's refresh token is bound to the key too (RFC 9449, section 5).
fn check_key(bound: Option<&Confirmation>, key: Option<&Thumbprint>) -> Result<(), OAuthError> {
    match (bound, key) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(OAuthError::invalid_grant("DPoP proof is missing")),
        (Some(bound), Some(key)) if bound.is_to(key) => Ok(()),
        _ => Err(OAuthError::invalid_grant(
            "DPoP confirmation doesn't match DPoP proof",
        )),
    }
}
