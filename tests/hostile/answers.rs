//! What an answer gives away.

use rbac_core::testing::signing::SigningKey;
use rbac_tests::{Answer, FakeIssuer, TestApp};
use serde_json::json;

use crate::handlers::all;

/// All of an answer but the time of day.
fn shown(answer: Answer) -> (u16, Vec<(String, String)>, String) {
    let mut headers = answer.headers;
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    (answer.status, headers, answer.body)
}

#[actix_web::test]
async fn row_94_no_answer_says_which_check_failed() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let good = issuer.claims("bob");
    let stranger = SigningKey::generate(issuer.key().algorithm());
    let header = |kid: &str| json!({"alg": issuer.key().algorithm().name(), "typ": "JWT", "kid": kid});
    let payload = good.json().to_string();
    let refused = [
        issuer.sign(&good.clone().with("exp", 1_000)),
        issuer.sign(&good.clone().with("iss", "https://other.example.com")),
        issuer.sign(&good.clone().with("aud", "account")),
        issuer.sign(&good.clone().with("typ", "ID")),
        issuer.sign(&good.clone().without("sub")),
        issuer.sign(&good.clone().with("nbf", 9_000_000_000_u64)),
        stranger.sign(&header("k1"), payload.as_bytes()),
        stranger.sign(&header("unknown"), payload.as_bytes()),
        "opaque".to_owned(),
        "a".repeat(9_000),
    ];
    let first = shown(app.get("/me", &refused[0]).await);
    assert_eq!(first.0, 401);
    for token in &refused[1..] {
        assert_eq!(shown(app.get("/me", token).await), first);
    }

    let reader = issuer.sign(&good.clone().roles(&["data:read"]).departments(&["finance"]));
    let nobody = issuer.sign(&good.clone());
    let forbidden = shown(app.get("/read", &nobody).await);
    assert_eq!(forbidden.0, 403);
    for (path, token) in [
        ("/departments/hr", &reader),
        ("/departments/finance", &nobody),
        ("/by-query", &reader),
        ("/things/carol", &nobody),
        ("/auditor", &reader),
    ] {
        assert_eq!(shown(app.get(path, token).await), forbidden, "{path}");
    }
    assert_eq!(app.get("/departments/finance", &reader).await.status, 200);
}
