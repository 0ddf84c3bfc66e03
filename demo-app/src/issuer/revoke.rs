//! Token revocation (RFC 7009).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::Issuer;
use super::form::Form;
use super::oauth_error::OAuthError;

/// What matters here of a token that anybody can check: an access or an ID token.
#[derive(Deserialize)]
struct Issued {
    typ: String,
    jti: String,
    azp: String,
    exp: u64,
}

/// `POST .../revoke`: a refresh token ends its session, an access token itself alone, as in Keycloak.
pub(super) async fn revoke(
    issuer: web::Data<Issuer>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, OAuthError> {
    let client = issuer.authenticate_client(&request, &form)?;
    let token = form
        .field("token")
        .ok_or_else(|| OAuthError::invalid_request("Token not provided"))?;
    let now = issuer.clock.now();
    if let Ok(refresh) = issuer.open_refresh_token(token) {
        require_same_client(client.id(), &refresh.azp)?;
        issuer.state.end_session(&refresh.sid, now);
        return Ok(HttpResponse::Ok().finish());
    }
    let issued: Issued = issuer.keys.open(token).ok_or_else(no_token)?;
    if !["Bearer", "DPoP"].contains(&issued.typ.as_str()) {
        let description = "Unsupported token type";
        return Err(OAuthError::bad_request("unsupported_token_type", description));
    }
    require_same_client(client.id(), &issued.azp)?;
    if now < issued.exp {
        issuer.state.revoke(&issued.jti, issued.exp, now);
    }
    Ok(HttpResponse::Ok().finish())
}

/// RFC 7009, section 2.2: a token that is none of ours is revoked already, so the status is 200.
fn no_token() -> OAuthError {
    OAuthError::new(StatusCode::OK, "invalid_token", "Invalid token")
}

fn require_same_client(caller: &str, of_token: &str) -> Result<(), OAuthError> {
    if caller == of_token {
        Ok(())
    } else {
        Err(OAuthError::invalid_request("Unmatching clients"))
    }
}
