//! Section B: what claims must not open.

use rbac_tests::{FakeIssuer, TestApp};
use serde_json::json;

use crate::handlers::all;

#[actix_web::test]
async fn row_49_a_scope_in_whatever_form_grants_nothing() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let bob = issuer.claims("bob");
    for scope in [
        json!(null),
        json!(""),
        json!(7),
        json!(true),
        json!([]),
        json!({"data:read": true}),
        json!("data:read admin"),
        json!(["data:read", "admin"]),
    ] {
        let token = issuer.sign(&bob.clone().with("scope", scope.clone()));
        assert_eq!(app.get("/read", &token).await.status, 403, "{scope}");
        assert_eq!(app.get("/me", &token).await.status, 200, "{scope}");
    }
    let without = issuer.sign(&bob.clone().without("scope"));
    assert_eq!(app.get("/read", &without).await.status, 403);
    let reader = issuer.sign(&bob.without("scope").roles(&["data:read"]));
    assert_eq!(app.get("/read", &reader).await.status, 200);
}

#[actix_web::test]
async fn row_39_another_realm_of_the_same_server_is_a_stranger() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let bob = issuer.claims("bob").roles(&["data:read"]);
    for realm in ["other", "myapp2", "Myapp", "myapp/../myapp", "myapp%00"] {
        let elsewhere = issuer.url().replace("realms/myapp", &format!("realms/{realm}"));
        let token = issuer.sign(&bob.clone().with("iss", elsewhere.as_str()));
        assert_eq!(app.get("/read", &token).await.status, 401, "{realm}");
    }
    assert_eq!(app.get("/read", &issuer.sign(&bob)).await.status, 200);
}

#[actix_web::test]
async fn row_47_a_wildcard_that_a_token_brings_is_a_name() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    for role in [
        "*",
        "*:*",
        "data:*",
        "admin*",
        "a:b:*",
        "data:read,data:write",
        "(data:read)",
    ] {
        let claims = issuer
            .claims("bob")
            .roles(&[role])
            .realm_roles(&[role])
            .departments(&["*"]);
        let token = issuer.sign(&claims);
        for path in ["/read", "/admin", "/departments/finance", "/any"] {
            assert_eq!(app.get(path, &token).await.status, 403, "{role} {path}");
        }
    }
    let reader = issuer.sign(&issuer.claims("bob").roles(&["data:read", "*"]));
    assert_eq!(app.get("/read", &reader).await.status, 200);
}

#[actix_web::test]
async fn rows_32_33_an_end_that_makes_no_sense_is_none() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let good = issuer.claims("bob").json();
    let now = good["iat"].as_u64().expect("a date");
    for end in [
        "null",
        "\"4000000000\"",
        "-1",
        "-0",
        "1e300",
        "1e19",
        "18446744073709551615",
        "18446744073709551616",
        "[4000000000]",
        "true",
        "{}",
        "1e-300",
        "9007199254740993.0",
    ] {
        let payload = good.to_string().replacen(&good["exp"].to_string(), end, 1);
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": "k1"});
        let token = issuer.key().sign(&header, payload.as_bytes());
        assert_eq!(app.get("/me", &token).await.status, 401, "{end}");
    }
    for end in [format!("{}.25", now + 60), format!("{}e1", (now + 60) / 10)] {
        let payload = good.to_string().replacen(&good["exp"].to_string(), &end, 1);
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": "k1"});
        let token = issuer.key().sign(&header, payload.as_bytes());
        assert_eq!(app.get("/me", &token).await.status, 200, "{end}");
    }
}
