//! What the issuer says about itself.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::{Issuer, dpop};

/// `GET /realms/{realm}`.
pub(super) async fn realm(issuer: web::Data<Issuer>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(json!({
            "realm": issuer.realm.name(),
            "public_key": issuer.keys.public_key(),
            "token-service": format!("{}/protocol/openid-connect", issuer.url.issuer()),
            "account-service": format!("{}/account", issuer.url.issuer()),
            "tokens-not-before": issuer.realm.not_before(),
        }))
}

/// `GET .../certs` (RFC 7517).
pub(super) async fn certs(issuer: web::Data<Issuer>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(issuer.keys.published())
}

/// `GET .../.well-known/openid-configuration` (OpenID Connect Discovery 1.0), and of RFC 8414 the same.
pub(super) async fn configuration(issuer: web::Data<Issuer>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache, must-revalidate, no-transform, no-store"))
        .json(document(&issuer))
}

/// Only what is true of this issuer: a shorter list than Keycloak's own.
fn document(issuer: &Issuer) -> Value {
    let url = &issuer.url;
    let secrets = json!(["client_secret_basic", "client_secret_post"]);
    json!({
        "issuer": url.issuer(),
        "authorization_endpoint": url.endpoint("auth"),
        "token_endpoint": url.endpoint("token"),
        "introspection_endpoint": url.endpoint("token/introspect"),
        "userinfo_endpoint": url.endpoint("userinfo"),
        "end_session_endpoint": url.endpoint("logout"),
        "revocation_endpoint": url.endpoint("revoke"),
        "jwks_uri": url.endpoint("certs"),
        "grant_types_supported": ["authorization_code", "client_credentials", "password", "refresh_token"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": secrets,
        "introspection_endpoint_auth_methods_supported": secrets,
        "revocation_endpoint_auth_methods_supported": secrets,
        "scopes_supported":
            ["openid", "profile", "email", "roles", "web-origins", "acr", "basic", "service_account",
             "address", "phone", "organization", "microprofile-jwt", "offline_access"],
        "claims_supported":
            ["aud", "sub", "iss", "auth_time", "name", "given_name", "family_name", "preferred_username",
             "email", "acr"],
        "claim_types_supported": ["normal"],
        "dpop_signing_alg_values_supported": dpop::algorithms().collect::<Vec<_>>(),
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}
