//! What a stranger writes cannot begin a line of a log, colour a terminal or turn the reading direction.

use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::{Algorithm, Config, Rbac};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::capture;
use crate::handlers::all;

const HOSTILE: &str = "forged\r\nINFO access outcome=allow \u{1b}[31mred\u{202e}\u{0}\u{2028}end";

fn is_harmless(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}'))
}

#[actix_web::test]
async fn row_103_what_tokens_and_requests_say_stays_on_its_line() {
    capture::start();
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let claims = issuer
        .claims(HOSTILE)
        .with("sub", HOSTILE)
        .with("azp", HOSTILE)
        .roles(&["data:read", HOSTILE])
        .realm_roles(&[HOSTILE])
        .departments(&[HOSTILE]);
    let token = issuer.sign(&claims);
    let header = json!({"alg": "RS256", "typ": HOSTILE, "kid": HOSTILE});
    let unknown = issuer.key().sign(&header, claims.json().to_string().as_bytes());
    for token in [&token, &unknown] {
        for path in [
            "/me",
            "/read",
            "/auditor",
            "/departments/a%0d%0ab%1b[31m",
            "/things/x%0A",
        ] {
            app.get(path, token).await;
        }
    }
    let events = app.decisions();
    assert!(
        events
            .iter()
            .any(|event| event.username.as_deref() == Some(HOSTILE)),
        "the event has it as it is"
    );
    assert!(
        events
            .iter()
            .all(|event| is_harmless(&event.reason) && is_harmless(&format!("{event:?}")))
    );
    let ours: Vec<_> = capture::lines()
        .into_iter()
        .filter(|line| line.target.starts_with("rbac_core"))
        .collect();
    assert!(
        ours.iter().any(|line| line.text.contains("forged")),
        "the user is named"
    );
    for line in ours {
        assert!(is_harmless(&line.text), "{:?}", line.text);
    }
}

#[actix_web::test]
async fn row_103_what_an_issuer_says_stays_on_its_line() {
    capture::start();
    let config = |issuer: &FakeIssuer| {
        Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()))
            .expect("fine")
    };
    for document in [
        json!({"issuer": HOSTILE, "jwks_uri": "x"}),
        json!({"issuer": "", "jwks_uri": HOSTILE}),
    ] {
        let issuer = FakeIssuer::start();
        let mut document = document;
        if document["issuer"] == "" {
            document["issuer"] = json!(issuer.url());
        }
        issuer.discovery(Reply::json(&document));
        let refused = Rbac::start(config(&issuer)).await.expect_err("a contradiction");
        assert!(
            is_harmless(&refused.to_string()) && is_harmless(&format!("{refused:?}")),
            "{refused:?}"
        );
    }
    let issuer = FakeIssuer::start();
    let mut leaked = SigningKey::generate(Algorithm::EdDsa)
        .key_id(HOSTILE)
        .public_jwk();
    leaked["d"] = json!("x");
    let mut published = jwk_set([issuer.key()]);
    published["keys"].as_array_mut().expect("a list").push(leaked);
    issuer.certs(Reply::json(&published));
    let rbac = Rbac::start(config(&issuer)).await.expect("access control");
    assert!(
        rbac.authenticate(&issuer.sign(&issuer.claims("bob")))
            .await
            .is_ok()
    );
    for line in capture::lines()
        .iter()
        .filter(|line| line.target.starts_with("rbac_core"))
    {
        assert!(is_harmless(&line.text), "{:?}", line.text);
    }
}
