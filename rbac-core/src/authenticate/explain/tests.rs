//! Each of the field's mistakes, named by what the token says.

use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::jwk::{KeySet, SelectError};
use crate::testing::signing::{SigningKey, jwk_set};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://sso.example.com/realms/myapp";

fn config() -> Config {
    let issuer = |name: &str| (name == "KEYCLOAK_ISSUER_URL").then(|| ISSUER.to_owned());
    Config::from_vars(issuer).expect("fine")
}

fn token(changes: &Value) -> String {
    let mut claims = json!({"iss": ISSUER, "aud": "myapp-backend", "sub": "u", "exp": NOW + 60, "typ": "Bearer", "azp": "spa"});
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let header = json!({"alg": "EdDSA", "kid": "k9", "typ": "JWT"});
    SigningKey::generate(Algorithm::EdDsa).sign(&header, claims.to_string().as_bytes())
}

fn explained(changes: &Value, error: impl Into<AuthenticationError>) -> TokenExplanation {
    let config = config();
    let keys = SigningKey::generate(Algorithm::EdDsa).key_id("k1");
    let keys = KeySet::parse(jwk_set([&keys]).to_string().as_bytes()).expect("a key set");
    let standard = Standard {
        issuers: config.issuers().collect(),
        config: &config,
        keys: Some(&keys),
        now: NOW,
    };
    explain(&token(changes), &error.into(), &standard)
}

#[track_caller]
fn hints(changes: &Value, error: impl Into<AuthenticationError>, hint: &str) {
    let explanation = explained(changes, error);
    assert!(explanation.to_string().contains(hint), "{explanation}");
}

#[test]
fn an_issuer_that_differs_is_told_apart_by_how() {
    for (issuer, hint) in [
        ("https://sso.example.com/realms/myapp/", "a slash at the end"),
        ("http://sso.example.com/realms/myapp", "`http` and `https`"),
        (
            "http://keycloak:8080/realms/myapp",
            "the same realm at another host: set `KEYCLOAK_ISSUER_URL`",
        ),
        ("https://sso.example.com/auth/realms/myapp", "`/auth`"),
        ("https://sso.example.com/realms/MyApp", "the case of letters"),
        (
            "https://sso.example.com/realms/other",
            "another realm of the same server",
        ),
    ] {
        hints(&json!({"iss": issuer}), ClaimsError::Issuer, hint);
    }
    hints(&json!({"iss": null}), ClaimsError::Issuer, "absent or no string");
    let explanation = explained(&json!({"iss": "https://evil\r\n.example"}), ClaimsError::Issuer);
    assert_eq!(explanation.expected, [ISSUER]);
    assert_eq!(explanation.unverified, ["https://evil\\u{d}\\u{a}.example"]);
}

#[test]
fn an_audience_that_is_not_ours() {
    hints(
        &json!({"aud": null}),
        ClaimsError::Audience,
        "add an audience mapper for `myapp-backend` to the client `spa`",
    );
    hints(
        &json!({"aud": "account"}),
        ClaimsError::Audience,
        "Keycloak's own audience",
    );
    let explanation = explained(&json!({"aud": ["crm", 7]}), ClaimsError::Audience);
    assert_eq!(explanation.unverified, ["crm", "7"]);
    assert_eq!(explanation.expected, ["myapp-backend"]);
    let lightweight = json!({"aud": ["crm"], "jti": "onltro:8a0c"});
    hints(&lightweight, ClaimsError::Audience, "a lightweight token");
    hints(
        &json!({"jti": "onltro:8a0c"}),
        ClaimsError::Subject,
        "a lightweight token",
    );
}

#[test]
fn a_time_that_is_over_or_to_come() {
    for (ago, hint) in [
        (15, "it expired 15 s ago: renew it earlier"),
        (600, "it expired 10 min ago"),
        (86_400, "24 h ago"),
        (864_000, "10 days ago"),
    ] {
        hints(&json!({"exp": NOW - ago}), ClaimsError::Expired, hint);
    }
    hints(
        &json!({"iat": NOW + 90}),
        ClaimsError::IssuedInFuture,
        "it begins in 90 s: compare this machine's clock",
    );
    hints(
        &json!({"exp": "soon"}),
        ClaimsError::ExpiryMalformed,
        "says (unverified) `soon`",
    );
    hints(
        &json!({"exp": u64::MAX}),
        ClaimsError::ExpiryMalformed,
        "expected `an end after 1800000000 (leeway 10 s)`",
    );
}

#[test]
fn another_token_of_the_issuer() {
    hints(
        &json!({"typ": "ID"}),
        ClaimsError::TokenType,
        "this is the ID token: send the access token",
    );
    hints(
        &json!({"typ": "Refresh"}),
        ClaimsError::TokenType,
        "this is the refresh token",
    );
    hints(
        &json!({"typ": "Logout"}),
        ClaimsError::TokenType,
        "this is a logout token",
    );
    let config = config();
    let standard = Standard {
        issuers: vec![ISSUER],
        config: &config,
        keys: None,
        now: NOW,
    };
    let refresh =
        SigningKey::generate(Algorithm::EdDsa).sign(&json!({"alg": "HS512"}), br#"{"typ":"Refresh"}"#);
    let explanation = explain(&refresh, &TokenError::UnsupportedAlgorithm.into(), &standard);
    assert_eq!(explanation.unverified, ["HS512"]);
    assert!(
        explanation.to_string().contains("this is the refresh token"),
        "{explanation}"
    );
}

#[test]
fn a_key_that_is_not_known_and_whose_realm_it_may_be() {
    let unknown = || JwsError::Key(SelectError::UnknownKeyId);
    let explanation = explained(&json!({}), unknown());
    assert_eq!(
        (explanation.expected.as_slice(), explanation.unverified.as_slice()),
        (&["k1".to_owned()][..], &["k9".to_owned()][..])
    );
    assert!(explanation.to_string().contains("rotated out"), "{explanation}");
    let elsewhere = json!({"iss": "https://sso.example.com/realms/other"});
    hints(
        &elsewhere,
        unknown(),
        "another realm's or server's; another realm of the same server",
    );
    hints(
        &json!({}),
        JwsError::InvalidSignature,
        "another server of the same name signed it",
    );
}

#[test]
fn a_token_that_is_bound_says_to_what() {
    hints(
        &json!({"cnf": {"jkt": "x"}}),
        ClaimsError::SenderConstrained,
        "Authorization: DPoP",
    );
    hints(
        &json!({"cnf": {"x5t#S256": "x"}}),
        ClaimsError::SenderConstrained,
        "client certificate",
    );
}

#[test]
fn what_the_issuer_calls_inactive() {
    hints(
        &json!({"aud": "crm"}),
        AuthenticationError::Inactive,
        "lacks the client that asks, `myapp-backend`",
    );
    hints(
        &json!({"exp": NOW - 300}),
        AuthenticationError::Inactive,
        "it expired 5 min ago",
    );
    hints(&json!({}), AuthenticationError::Inactive, "its session was ended");
}

#[test]
fn rows_103_and_104_what_is_no_token_is_described_and_never_shown() {
    let config = config();
    let standard = Standard {
        issuers: vec![ISSUER],
        config: &config,
        keys: None,
        now: NOW,
    };
    for (text, error, hint) in [
        ("canary-opaque", TokenError::NotThreeParts, "an opaque token"),
        (
            "canary.canary.canary.canary.canary",
            TokenError::NotThreeParts,
            "an encrypted token",
        ),
        (
            "canary.canary.canary",
            TokenError::Encoding(crate::token::Part::Header),
            "3 parts",
        ),
        ("canary.canary", TokenError::NotThreeParts, "cut or pasted"),
    ] {
        let explanation = explain(text, &error.into(), &standard);
        let shown = format!(
            "{explanation} {explanation:?} {}",
            serde_json::to_string(&explanation).unwrap()
        );
        assert!(!shown.contains("canary") && shown.contains(hint), "{shown}");
    }
    let whole = token(
        &json!({"iss": "x\u{1b}".repeat(1_000), "aud": vec!["y\n".repeat(200); 50], "email": "canary"}),
    );
    for error in [
        ClaimsError::Issuer,
        ClaimsError::Audience,
        ClaimsError::Expired,
        ClaimsError::TokenType,
    ] {
        let shown = explain(&whole, &error.into(), &standard).to_string();
        assert!(
            shown.len() < 12_000 && !shown.contains("canary"),
            "{} {shown}",
            shown.len()
        );
        assert!(!shown.chars().any(char::is_control), "{shown}");
    }
}
