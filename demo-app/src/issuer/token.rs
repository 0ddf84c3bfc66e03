//! The token endpoint.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ORIGIN, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Issuer;
use super::claims::SessionClaims;
use super::form::Form;
use super::oauth_error::OAuthError;
use super::realm::{Client, User};
use super::state::Session;

/// `POST .../token`.
pub(super) async fn token(
    issuer: web::Data<Issuer>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, OAuthError> {
    let missing = || OAuthError::invalid_request("Missing form parameter: grant_type");
    let grant = form.field("grant_type").ok_or_else(missing)?;
    let client = issuer.authenticate_client(&request, &form)?;
    check_origin(&request, client)?;
    let key = issuer.key_of(client, &request).await?;
    let answer = match grant {
        "password" => issuer.password_grant(client, &form, key),
        "client_credentials" => issuer.client_credentials_grant(client, &form, key, request.peer_addr()),
        "refresh_token" => issuer.refresh_grant(client, &form, key),
        "authorization_code" => issuer.code_grant(client, &form, key),
        _ => Err(OAuthError::bad_request(
            "unsupported_grant_type",
            "Unsupported grant_type",
        )),
    }?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header((PRAGMA, "no-cache"));
    Ok(response.json(answer))
}

/// A page of another origin gets no token, even if it did not care to read the answer.
fn check_origin(request: &HttpRequest, client: &Client) -> Result<(), OAuthError> {
    let Some(origin) = request.headers().get(ORIGIN) else {
        return Ok(());
    };
    if origin
        .to_str()
        .is_ok_and(|origin| client.web_origins().contains(origin))
    {
        return Ok(());
    }
    Err(OAuthError::new(
        StatusCode::FORBIDDEN,
        "access_denied",
        "Origin not allowed",
    ))
}

impl Issuer {
    /// The claims of a refresh token of this realm that is not out of date.
    pub(super) fn open_refresh_token(&self, token: &str) -> Result<SessionClaims, OAuthError> {
        let claims: Option<SessionClaims> = self.keys.open_refresh(token);
        let ours = |claims: &SessionClaims| {
            ["Refresh", "Offline"].contains(&claims.typ.as_str()) && claims.iss == self.url.issuer()
        };
        let invalid = || OAuthError::invalid_grant("Invalid refresh token");
        let claims = claims.filter(ours).ok_or_else(invalid)?;
        if claims.exp.is_some_and(|exp| exp <= self.clock.now()) {
            return Err(OAuthError::invalid_grant("Token is not active"));
        }
        Ok(claims)
    }

    /// Whether the account may be used now.
    pub(super) fn is_enabled(&self, user: &User) -> bool {
        user.is_enabled() && !self.state.is_disabled(user.username())
    }

    /// # Errors
    /// 400 when the account is turned off.
    pub(super) fn require_enabled(&self, user: &User) -> Result<(), OAuthError> {
        if self.is_enabled(user) {
            Ok(())
        } else {
            Err(OAuthError::invalid_grant("Account disabled"))
        }
    }

    /// # Errors
    /// 400 when the session's user is gone or turned off.
    pub(super) fn user_of(&self, session: &Session) -> Result<&User, OAuthError> {
        let user = self
            .realm
            .user(&session.username)
            .filter(|user| self.is_enabled(user));
        user.ok_or_else(|| OAuthError::invalid_grant("User disabled"))
    }
}
