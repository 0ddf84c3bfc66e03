//! The documents that need no login: discovery, keys, the realm.

use serde_json::{Value, json};

use crate::live::issuer::{Issuer, unverified_header, unverified_payload};
use crate::live::like::assert_like;

pub(super) async fn discovery_names_the_endpoints_under_the_realm(issuer: Issuer) {
    let answer = issuer.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.status, 200);
    let (document, base) = (&answer.body, issuer.endpoint(""));
    assert_eq!(document["issuer"], issuer.url());
    for (member, path) in [
        ("authorization_endpoint", "auth"),
        ("token_endpoint", "token"),
        ("introspection_endpoint", "token/introspect"),
        ("userinfo_endpoint", "userinfo"),
        ("end_session_endpoint", "logout"),
        ("revocation_endpoint", "revoke"),
        ("jwks_uri", "certs"),
    ] {
        assert_eq!(document[member], format!("{base}{path}"), "{member}");
    }
    for (member, value) in [
        ("grant_types_supported", "authorization_code"),
        ("grant_types_supported", "client_credentials"),
        ("grant_types_supported", "password"),
        ("grant_types_supported", "refresh_token"),
        ("response_types_supported", "code"),
        ("code_challenge_methods_supported", "S256"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
    ] {
        assert!(
            names(&document[member]).contains(&value),
            "{member} lacks {value}: {}",
            document[member]
        );
    }
}

pub(super) async fn an_encryption_key_stands_beside_the_signing_key(issuer: Issuer) {
    let answer = issuer.get("/protocol/openid-connect/certs").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-cache");
    let keys = answer.body["keys"].as_array().expect("keys");
    let find = |usage: &str, alg: &str| keys.iter().find(|key| key["use"] == usage && key["alg"] == alg);
    find("enc", "RSA-OAEP").expect("an encryption key");
    let signing = find("sig", "RS256").expect("a signing key");
    assert_eq!(signing["kty"], "RSA");
    let token = issuer.login("bob").await.access;
    let used = keys
        .iter()
        .find(|key| key["kid"] == unverified_header(&token)["kid"])
        .expect("the key of a token");
    assert_eq!(used["use"], "sig");
}

pub(super) async fn the_realm_tells_its_not_before(issuer: Issuer) {
    let answer = issuer.get("").await;
    assert_eq!(answer.status, 200);
    let pattern = json!({
        "realm": "myapp",
        "public_key": "<text>",
        "token-service": format!("{}/protocol/openid-connect", issuer.url()),
        "account-service": format!("{}/account", issuer.url()),
        "tokens-not-before": 0,
    });
    assert_like(&answer.body, &pattern, "the realm");
    assert_eq!(
        unverified_payload(&issuer.login("bob").await.access)["iss"],
        issuer.url()
    );
}

pub(super) async fn an_unknown_realm_is_404(issuer: Issuer) {
    let elsewhere = Issuer::at(issuer.url().replace("/realms/myapp", "/realms/nope"));
    for path in [
        "",
        "/.well-known/openid-configuration",
        "/protocol/openid-connect/certs",
    ] {
        assert_eq!(elsewhere.get(path).await.status, 404, "{path}");
    }
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
