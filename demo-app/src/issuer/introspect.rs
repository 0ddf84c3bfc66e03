//! Token introspection (RFC 7662), as Keycloak answers it.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::Issuer;
use super::claims::{AccessClaims, Opened, Person, audience};
use super::form::Form;
use super::oauth_error::OAuthError;
use super::realm::{Client, User};

/// The answer about a token that is active: what it would say if it were issued now.
#[derive(Serialize)]
struct Active<'a> {
    #[serde(flatten)]
    claims: AccessClaims<'a>,
    client_id: &'a str,
    username: &'a str,
    token_type: &'a str,
    active: bool,
}

/// `POST .../token/introspect`.
pub(super) async fn introspect(
    issuer: web::Data<Issuer>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, OAuthError> {
    let caller = issuer.introspecting_client(&request, &form)?;
    let missing = || OAuthError::invalid_request("Token not provided.");
    let token = form.given("token").ok_or_else(missing)?;
    let of_kind = match form.field("token_type_hint") {
        None | Some("access_token") => true,
        Some("refresh_token") => false,
        Some(_) => return Err(OAuthError::invalid_request("Unsupported token type.")),
    };
    let found = issuer.valid_access_token(token).filter(|_| of_kind);
    let active = found
        .as_ref()
        .and_then(|(opened, client, user)| describe(opened, client, user, caller));
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-cache"));
    Ok(match active {
        Some(active) => response.json(active),
        None => response.json(json!({ "active": false })),
    })
}

/// What `caller` may know: nothing, unless it would be in the audience if the token were issued now.
fn describe<'a>(
    opened: &'a Opened,
    client: &'a Client,
    user: &'a User,
    caller: &Client,
) -> Option<Active<'a>> {
    let aud = audience(client, user);
    aud.contains(caller.id()).then_some(())?;
    let person = Some(Person::of(client, user));
    let claims = AccessClaims {
        envelope: &opened.envelope,
        aud,
        person,
        service: None,
    };
    let (client_id, username) = (client.id(), user.username());
    Some(Active {
        claims,
        client_id,
        username,
        token_type: &opened.envelope.typ,
        active: true,
    })
}

impl Issuer {
    /// The confidential client that asks; the one place where Keycloak words a wrong secret in another way.
    fn introspecting_client(&self, request: &HttpRequest, form: &Form) -> Result<&Client, OAuthError> {
        let reworded = || {
            let description = "Client authentication failed.";
            OAuthError::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
        };
        let caller = self
            .authenticate_client(request, form)
            .map_err(|error| match error.error() {
                "unauthorized_client" => reworded(),
                _ => error,
            })?;
        if caller.is_public() {
            return Err(OAuthError::new(
                StatusCode::FORBIDDEN,
                "invalid_request",
                "Client not allowed.",
            ));
        }
        Ok(caller)
    }

    /// The token with its client and user, when it is an access token of ours that nothing has ended.
    pub(super) fn valid_access_token(&self, token: &str) -> Option<(Opened, &Client, &User)> {
        let opened: Opened = self.keys.open(token)?;
        let (envelope, now) = (&opened.envelope, self.clock.now());
        // 1. An access token of this realm, in time.
        let ours = ["Bearer", "DPoP"].contains(&envelope.typ.as_str()) && envelope.iss == self.url.issuer();
        let in_time = now < envelope.exp && envelope.iat >= self.realm.not_before();
        // 2. Not taken back.
        let standing = !self.state.is_revoked(&envelope.jti, now);
        (ours && in_time && standing).then_some(())?;
        // 3. Its client is known and on.
        let client = self
            .realm
            .client(&envelope.azp)
            .filter(|client| client.is_enabled())?;
        // 4. Its session goes on, or it is of a service, which has none.
        let user = match &envelope.sid {
            Some(sid) => {
                let session = self
                    .state
                    .session(sid, now)
                    .filter(|session| session.client == client.id())?;
                self.realm.user(&session.username)?
            }
            None => self.realm.service_account(client)?,
        };
        // 5. Its user is known and on. A lightweight token does not name them.
        let same_user = opened.sub.as_deref().is_none_or(|sub| sub == user.id());
        (same_user && self.is_enabled(user)).then_some((opened, client, user))
    }
}
