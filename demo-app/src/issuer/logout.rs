//! Logout: by the application with a refresh token, or by the browser with an ID token.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;

use super::Issuer;
use super::claims::SessionClaims;
use super::form::Form;
use super::oauth_error::OAuthError;
use super::page;

/// `POST .../logout`: with a refresh token as Keycloak's adapters do, else as the browser does.
pub(super) async fn by_application(
    issuer: web::Data<Issuer>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, OAuthError> {
    let Some(token) = form.field("refresh_token") else {
        return Ok(end(&issuer, &form).await);
    };
    let client = issuer.authenticate_client(&request, &form)?;
    let claims = issuer.open_refresh_token(token)?;
    if claims.azp != client.id() {
        return Err(OAuthError::foreign_refresh_token());
    }
    issuer.log_out(&claims.sid).await;
    Ok(HttpResponse::NoContent()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

/// `GET .../logout` (OpenID Connect RP-Initiated Logout 1.0).
pub(super) async fn by_browser(issuer: web::Data<Issuer>, request: HttpRequest) -> HttpResponse {
    match Form::parse(request.query_string().as_bytes()) {
        Ok(query) => end(&issuer, &query).await,
        Err(error) => page::error(StatusCode::BAD_REQUEST, error.description()),
    }
}

async fn end(issuer: &Issuer, fields: &Form) -> HttpResponse {
    // An ID token that is out of date still tells whose session it was.
    let hint: Option<SessionClaims> = fields
        .field("id_token_hint")
        .and_then(|token| issuer.keys.open(token));
    let hint = hint.filter(|claims| claims.typ == "ID" && claims.iss == issuer.url.issuer());
    if fields.field("id_token_hint").is_some() && hint.is_none() {
        return page::error(StatusCode::BAD_REQUEST, "Invalid parameter: id_token_hint");
    }
    let named = hint
        .as_ref()
        .map(|claims| claims.azp.as_str())
        .or_else(|| fields.field("client_id"));
    let client = named.and_then(|id| issuer.realm.client(id));
    let target = fields.field("post_logout_redirect_uri");
    if target.is_some_and(|uri| !client.is_some_and(|client| client.may_redirect_after_logout(uri))) {
        return page::error(StatusCode::BAD_REQUEST, "Invalid redirect uri");
    }
    if let Some(claims) = &hint {
        issuer.log_out(&claims.sid).await;
    }
    match target {
        Some(target) => leave(target, fields.field("state")),
        None => page::message("You are logged out"),
    }
}

fn leave(target: &str, state: Option<&str>) -> HttpResponse {
    let Ok(mut url) = Url::parse(target) else {
        return page::error(StatusCode::BAD_REQUEST, "Invalid redirect uri");
    };
    if let Some(state) = state {
        url.query_pairs_mut().append_pair("state", state);
    }
    HttpResponse::Found()
        .insert_header((LOCATION, url.as_str()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}
