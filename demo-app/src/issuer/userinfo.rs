//! The userinfo endpoint (OpenID Connect Core 1.0, section 5.3).

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::Issuer;
use super::claims::Profile;
use super::scope::is_openid;

#[derive(Serialize)]
struct UserInfo<'a> {
    sub: &'a str,
    #[serde(flatten)]
    profile: Profile<'a>,
}

/// `GET` and `POST .../userinfo` with an access token.
pub(super) async fn userinfo(issuer: web::Data<Issuer>, request: HttpRequest) -> HttpResponse {
    let Some(token) = bearer(&request) else {
        let challenge = format!(r#"Bearer realm="{}""#, issuer.realm.name());
        return HttpResponse::Unauthorized()
            .insert_header((WWW_AUTHENTICATE, challenge))
            .finish();
    };
    let Some((opened, _, user)) = issuer.valid_access_token(token) else {
        return refuse(
            &issuer,
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "Token verification failed",
        );
    };
    if !is_openid(&opened.envelope.scope) {
        return refuse(
            &issuer,
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "Missing openid scope",
        );
    }
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(UserInfo {
            sub: user.id(),
            profile: Profile::of(user),
        })
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request
        .headers()
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token)
}

fn refuse(issuer: &Issuer, status: StatusCode, error: &str, description: &str) -> HttpResponse {
    let realm = issuer.realm.name();
    let challenge = format!(r#"Bearer realm="{realm}", error="{error}", error_description="{description}""#);
    HttpResponse::build(status)
        .insert_header((WWW_AUTHENTICATE, challenge))
        .json(json!({ "error": error, "error_description": description }))
}
