//! The authorization endpoint: is this a login that may begin?

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;
use url::form_urlencoded::Serializer;

use super::Issuer;
use super::form::Form;
use super::login;
use super::oauth_error::OAuthError;
use super::page;
use super::proof_key;
use super::realm::Client;
use super::scope;
use super::state::LoginRequest;

/// `GET .../auth`.
pub(super) async fn authorize(issuer: web::Data<Issuer>, request: HttpRequest) -> HttpResponse {
    match Form::parse(request.query_string().as_bytes()) {
        Ok(query) => begin(&issuer, &query),
        Err(error) => page::error(StatusCode::BAD_REQUEST, error.description()),
    }
}

fn begin(issuer: &Issuer, query: &Form) -> HttpResponse {
    // Until client and address are known to belong together, an error is shown here and sent nowhere.
    let client = query.field("client_id").and_then(|id| issuer.realm.client(id));
    let Some(client) = client.filter(|client| client.is_enabled()) else {
        return page::error(StatusCode::BAD_REQUEST, "Client not found.");
    };
    let redirect_uri = query
        .field("redirect_uri")
        .filter(|uri| client.may_redirect_to(uri));
    let Some(redirect_uri) = redirect_uri else {
        return page::error(StatusCode::BAD_REQUEST, "Invalid parameter: redirect_uri");
    };
    let in_fragment = query.field("response_mode") == Some("fragment");
    let back = Back {
        issuer: issuer.url.issuer(),
        redirect_uri,
        in_fragment,
        state: query.field("state"),
    };
    match check(client, query, &back) {
        Ok(request) => login::show(issuer, request),
        Err(error) => back.error(&error),
    }
}

fn check(client: &Client, query: &Form, back: &Back<'_>) -> Result<LoginRequest, OAuthError> {
    check_response(query)?;
    if !client.may_use_codes() {
        let description = "Standard flow is disabled for the client.";
        return Err(OAuthError::bad_request("unauthorized_client", description));
    }
    let request = LoginRequest {
        client: client.id().to_owned(),
        redirect_uri: back.redirect_uri.to_owned(),
        in_fragment: back.in_fragment,
        state: back.state.map(str::to_owned),
        nonce: query.field("nonce").map(str::to_owned),
        scope: scope::grant(query.given("scope"))?,
        challenge: proof_key::begin(client, query)?,
    };
    if query.field("prompt") == Some("none") {
        // Nobody is remembered from one login to the next.
        return Err(OAuthError::bad_request("login_required", ""));
    }
    Ok(request)
}

fn check_response(query: &Form) -> Result<(), OAuthError> {
    if query.require("response_type")? != "code" {
        return Err(OAuthError::bad_request("unsupported_response_type", ""));
    }
    match query.field("response_mode") {
        None | Some("query" | "fragment") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("Invalid parameter: response_mode")),
    }
}

/// The way back to the client.
pub(super) struct Back<'a> {
    pub(super) issuer: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) in_fragment: bool,
    pub(super) state: Option<&'a str>,
}

impl Back<'_> {
    fn error(&self, error: &OAuthError) -> HttpResponse {
        let code = ("error", error.error());
        match error.description() {
            "" => self.send(&[code]),
            description => self.send(&[code, ("error_description", description)]),
        }
    }

    /// Sends the browser back with `answer`, with the client's `state` and who is answering (RFC 9207).
    pub(super) fn send(&self, answer: &[(&str, &str)]) -> HttpResponse {
        // The address was compared with the registered ones in its canonical form, so it parses.
        let Ok(mut target) = Url::parse(self.redirect_uri) else {
            return page::error(StatusCode::BAD_REQUEST, "Invalid parameter: redirect_uri");
        };
        let state = self.state.map(|state| ("state", state));
        let fields = answer.iter().copied().chain(state).chain([("iss", self.issuer)]);
        if self.in_fragment {
            let encoded = Serializer::new(String::new()).extend_pairs(fields).finish();
            target.set_fragment(Some(&encoded));
        } else {
            target.query_pairs_mut().extend_pairs(fields);
        }
        let mut response = HttpResponse::Found();
        response.insert_header((LOCATION, target.as_str()));
        response.insert_header((CACHE_CONTROL, "no-store, must-revalidate, max-age=0"));
        response.finish()
    }
}
