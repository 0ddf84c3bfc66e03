//! `Debug` and `Display` of whatever the library gives out.

use rbac_core::jwk::KeySet;
use rbac_core::jws;
use rbac_core::strict_json::parse_object;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use rbac_core::{Algorithm, Config, DenialReason};
use rbac_tests::{FakeIssuer, TestApp};
use serde_json::{Value, json};

use crate::handlers::all;

const CANARY: &str = "canary-in-the-claims";

fn assert_silent(shown: &str, token: &str) {
    for part in token.split('.').skip(1) {
        assert!(!shown.contains(part), "{shown}");
    }
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn row_104_tokens_and_keys_are_shown_by_their_kind_alone() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).key_id("k1");
        let keys = KeySet::parse(jwk_set([&key]).to_string().as_bytes()).expect("a key set");
        let header = json!({"alg": algorithm.name(), "kid": "k1"});
        let text = key.sign(&header, json!({"email": CANARY}).to_string().as_bytes());
        let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).expect("a token");
        let signed = jws::verify_bytes(&token, &keys, &[algorithm]).expect("signed");
        let valid = jws::verify(&token, &keys, &[algorithm]).expect("signed");
        let shown = format!("{token:?} {signed:?} {valid:?} {keys:?} {key:?}");
        assert_silent(&shown, &text);
        let Value::Object(numbers) = key.public_jwk() else {
            panic!("a JWK is an object")
        };
        // Not even the public numbers: they are of no use in a log.
        for number in ["n", "x", "y"]
            .iter()
            .filter_map(|name| numbers.get(*name)?.as_str())
        {
            assert!(!format!("{keys:?}").contains(number));
        }
    }
}

#[actix_web::test]
async fn row_104_errors_carry_nothing_of_the_token() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let good = issuer.claims("bob").with("email", CANARY);
    let stranger = SigningKey::generate(issuer.key().algorithm());
    let header = |kid: &str| json!({"alg": issuer.key().algorithm().name(), "kid": kid});
    let payload = good.json().to_string();
    let mut tokens = vec![
        stranger.sign(&header("k1"), payload.as_bytes()),
        stranger.sign(&header(CANARY), payload.as_bytes()),
        stranger.sign_text(CANARY, payload.as_bytes()),
        issuer.key().sign(&header("k1"), CANARY.as_bytes()),
        format!("{CANARY}.{CANARY}.{CANARY}"),
        CANARY.to_owned(),
    ];
    for (name, value) in [
        ("exp", json!(CANARY)),
        ("iss", json!(CANARY)),
        ("aud", json!(CANARY)),
        ("typ", json!(CANARY)),
        ("nbf", json!(CANARY)),
        ("iat", json!(CANARY)),
        ("sub", json!({"a": CANARY})),
        ("cnf", json!(CANARY)),
    ] {
        tokens.push(issuer.sign(&good.clone().with(name, value)));
    }
    for token in tokens {
        let error = app.rbac.authenticate(&token).await.expect_err("refused");
        let denial = DenialReason::from(error.clone());
        assert_silent(&format!("{error} {error:?} {denial} {denial:?}"), &token);
    }
    let principal = app
        .rbac
        .authenticate(&issuer.sign(&good))
        .await
        .expect("a principal");
    assert_silent(&format!("{principal:?} {:?}", principal.claims()), "");
    let json = parse_object(format!("{{\"{CANARY}\": 1, \"{CANARY}\": 2}}").as_bytes()).expect_err("twice");
    assert_silent(&format!("{json} {json:?}"), "");
}

#[test]
fn row_104_no_configuration_error_repeats_a_secret() {
    let variables = [
        "KEYCLOAK_SERVER_URL",
        "KEYCLOAK_ISSUER_URL",
        "KEYCLOAK_INTERNAL_URL",
        "KEYCLOAK_TOKEN_VALIDATION",
    ];
    for variable in variables {
        let lookup = |name: &str| match name {
            "KEYCLOAK_CLIENT_SECRET" => Some(CANARY.to_owned()),
            name if name == variable => Some("https://user:hidden@[".to_owned()),
            "KEYCLOAK_SERVER_URL" => Some("https://sso.example.com".to_owned()),
            _ => None,
        };
        let error = Config::from_vars(lookup).expect_err("refused");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains(CANARY) && !shown.contains("hidden") && shown.contains(variable),
            "{shown}"
        );
    }
    let lookup = |name: &str| match name {
        "KEYCLOAK_CLIENT_SECRET" => Some(CANARY.to_owned()),
        "KEYCLOAK_SERVER_URL" => Some("https://sso.example.com".to_owned()),
        _ => None,
    };
    let config = Config::from_vars(lookup).expect("fine");
    assert!(!format!("{config:?}").contains(CANARY));
}
