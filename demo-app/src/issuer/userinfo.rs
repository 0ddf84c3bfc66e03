//! The userinfo endpoint (OpenID Connect Core 1.0, section 5.3).

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::claims::Profile;
use super::dpop::uses_dpop;
use super::scope::is_openid;
use super::{Issuer, dpop};

#[derive(Serialize)]
struct UserInfo<'a> {
    sub: &'a str,
    #[serde(flatten)]
    profile: Profile<'a>,
}

/// `GET` and `POST .../userinfo` with an access token.
pub(super) async fn userinfo(issuer: web::Data<Issuer>, request: HttpRequest) -> HttpResponse {
    let Some(token) = token(&request) else {
        let challenge = format!(r#"Bearer realm="{}""#, issuer.realm.name());
        return HttpResponse::Unauthorized()
            .insert_header((WWW_AUTHENTICATE, challenge))
            .finish();
    };
    let scheme = challenge_scheme(&request);
    let not_valid = || {
        let description = "Token verification failed";
        refuse(
            &issuer,
            &scheme,
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            description,
        )
    };
    let Some((opened, _, user)) = issuer.valid_access_token(token) else {
        return not_valid();
    };
    let is_senders = match &opened.envelope.cnf {
        None => !uses_dpop(&request),
        Some(bound) => issuer.is_senders(&request, token, bound).await,
    };
    if !is_senders {
        return not_valid();
    }
    if !is_openid(&opened.envelope.scope) {
        return refuse(
            &issuer,
            &scheme,
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

/// The scheme that the challenge names, with what it says before the realm.
fn challenge_scheme(request: &HttpRequest) -> String {
    if uses_dpop(request) {
        let algorithms: Vec<_> = dpop::algorithms().collect();
        return format!(r#"DPoP algs="{}","#, algorithms.join(" "));
    }
    "Bearer".to_owned()
}

fn token(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request
        .headers()
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let known = ["Bearer", "DPoP"];
    known
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        .then_some(token)
}

fn refuse(issuer: &Issuer, scheme: &str, status: StatusCode, error: &str, description: &str) -> HttpResponse {
    let realm = issuer.realm.name();
    let challenge =
        format!(r#"{scheme} realm="{realm}", error="{error}", error_description="{description}""#);
    HttpResponse::build(status)
        .insert_header((WWW_AUTHENTICATE, challenge))
        .json(json!({ "error": error, "error_description": description }))
}
