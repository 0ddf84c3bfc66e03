//! Sections A and B: tokens that are signed, or look as if they were.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rbac_tests::{FakeIssuer, TestApp};
use serde_json::{Value, json};

use crate::handlers::all;

async fn started() -> (TestApp, FakeIssuer) {
    let issuer = FakeIssuer::start();
    (TestApp::start(&issuer, all).await, issuer)
}

/// A token with good claims and that header, rightly signed over it.
fn with_header(issuer: &FakeIssuer, header: &Value) -> String {
    issuer
        .key()
        .sign(header, issuer.claims("bob").json().to_string().as_bytes())
}

fn header(changes: &[(&str, Value)]) -> Value {
    let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": "k1"});
    for (name, value) in changes {
        header[*name] = value.clone();
    }
    header
}

#[actix_web::test]
async fn row_17_unsigned_tokens() {
    let (app, issuer) = started().await;
    let payload = URL_SAFE_NO_PAD.encode(issuer.claims("bob").realm_roles(&["admin"]).json().to_string());
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        for kid in [json!("k1"), Value::Null] {
            let head = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT", "kid": kid}).to_string());
            for text in [
                format!("{head}.{payload}."),
                format!("{head}.{payload}"),
                format!("{head}.{payload}.AA"),
            ] {
                assert_eq!(app.get("/me", &text).await.status, 401, "{alg}");
            }
        }
    }
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn rows_21_to_27_headers_that_must_not_be_followed() {
    let (app, issuer) = started().await;
    for changes in [
        &[("alg", json!(["RS256"]))][..],
        &[("alg", json!("rs256"))],
        &[("alg", json!("RS512"))],
        &[("alg", json!("PS256"))],
        &[("alg", json!("HS256"))],
        &[("crit", json!(["exp"]))],
        &[("crit", json!([]))],
        &[("crit", json!(["x"])), ("x", json!(1))],
        &[("crit", json!(null))],
        &[("b64", json!(false)), ("crit", json!(["b64"]))],
        &[("b64", json!(true))],
        &[("zip", json!("DEF"))],
        &[("enc", json!("A128GCM"))],
        &[("p2c", json!(1_000_000))],
        &[("kid", json!(7))],
        &[("kid", json!(["k1"]))],
        &[("kid", json!("k".repeat(257)))],
        &[("kid", json!("../../k1"))],
        &[("kid", json!("k1' OR '1'='1"))],
        &[("kid", json!("k1\u{0}"))],
        &[("kid", json!(""))],
    ] {
        let token = with_header(&issuer, &header(changes));
        assert_eq!(app.get("/me", &token).await.status, 401, "{changes:?}");
    }
    assert_eq!(
        app.get("/me", &with_header(&issuer, &header(&[]))).await.status,
        200
    );
}

#[actix_web::test]
async fn row_25_keys_within_the_token_are_ignored_and_nothing_is_fetched() {
    use rbac_core::Algorithm;
    use rbac_core::testing::signing::SigningKey;
    let (app, issuer) = started().await;
    let before = issuer.all_calls();
    let theirs = SigningKey::generate(Algorithm::Rs256).key_id("k1");
    let address = issuer.url().replace("/realms/myapp", "/evil");
    let head = header(&[
        ("jwk", theirs.public_jwk()),
        ("jku", json!(address)),
        ("x5u", json!(address)),
        ("x5c", json!(["AA=="])),
    ]);
    let forged = theirs.sign(&head, issuer.claims("bob").json().to_string().as_bytes());
    assert_eq!(app.get("/me", &forged).await.status, 401);
    // The same header over the right signature is what it always was.
    assert_eq!(app.get("/me", &with_header(&issuer, &head)).await.status, 200);
    assert_eq!(issuer.all_calls(), before);
}

#[actix_web::test]
async fn row_31_duplicate_claims_at_any_depth() {
    let (app, issuer) = started().await;
    let good = issuer.claims("bob").json().to_string();
    let sign = |payload: &str| issuer.key().sign(&header(&[]), payload.as_bytes());
    for payload in [
        good.replacen('{', r#"{"sub":"alice","#, 1),
        good.replacen('{', r#"{"a":{"b":[{"c":1,"c":1}]},"#, 1),
        good.replacen('{', r#"{"s\u0075b":"alice","#, 1),
    ] {
        assert_eq!(app.get("/me", &sign(&payload)).await.status, 401, "{payload}");
    }
    assert_eq!(app.get("/me", &sign(&good)).await.status, 200);
}

#[actix_web::test]
async fn row_30_a_payload_that_is_no_object() {
    let (app, issuer) = started().await;
    for payload in [
        json!([issuer.claims("bob").json()]),
        json!(null),
        json!(1),
        json!("x"),
    ] {
        assert_eq!(
            app.get("/me", &issuer.sign_json(&payload)).await.status,
            401,
            "{payload}"
        );
    }
}

#[actix_web::test]
async fn row_16_nesting_beyond_reason() {
    let (app, issuer) = started().await;
    let deep = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let nested = |depth| {
        let payload = issuer.claims("bob").json().to_string().replacen(
            '{',
            &format!(r#"{{"deep":{},"#, deep(depth)),
            1,
        );
        issuer.key().sign(&header(&[]), payload.as_bytes())
    };
    assert_eq!(app.get("/me", &nested(8)).await.status, 200);
    for depth in [17, 500] {
        assert_eq!(app.get("/me", &nested(depth)).await.status, 401, "{depth}");
    }
}

#[actix_web::test]
async fn row_43_other_tokens_of_the_same_issuer_and_key() {
    let (app, issuer) = started().await;
    for kind in ["ID", "Refresh", "Offline", "Logout", "DPoP"] {
        assert_eq!(
            app.get("/me", &issuer.sign(&issuer.claims("bob").with("typ", kind)))
                .await
                .status,
            401,
            "{kind}"
        );
    }
    let id_token = issuer
        .claims("bob")
        .with("typ", "ID")
        .with("aud", "myapp-backend");
    assert_eq!(app.get("/me", &issuer.sign(&id_token)).await.status, 401);
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn row_46_malformed_roles_are_no_roles_and_no_error() {
    let (app, issuer) = started().await;
    for access in [
        json!(null),
        json!("data:read"),
        json!({"roles": "data:read"}),
        json!({"roles": ["data:read", 1]}),
        json!([]),
        json!(true),
    ] {
        for claims in [
            issuer.claims("bob").with("realm_access", access.clone()),
            issuer
                .claims("bob")
                .with("resource_access", json!({"myapp-backend": access})),
            issuer.claims("bob").with("resource_access", access.clone()),
        ] {
            let token = issuer.sign(&claims);
            assert_eq!(app.get("/read", &token).await.status, 403, "{access}");
            assert_eq!(app.get("/me", &token).await.status, 200, "{access}");
        }
    }
}

#[actix_web::test]
async fn row_48_names_that_only_look_alike() {
    let (app, issuer) = started().await;
    for role in [
        "data:reаd",
        "ｄata:read",
        "data:read\u{0}",
        "data:read ",
        " data:read",
        "DATA:READ",
        "data:re\u{0301}ad",
        "data：read",
    ] {
        let token = issuer.sign(&issuer.claims("bob").roles(&[role]));
        assert_eq!(app.get("/read", &token).await.status, 403, "{role:?}");
    }
    assert_eq!(
        app.get("/read", &issuer.sign(&issuer.claims("bob").roles(&["data:read"])))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn row_91_a_rule_without_roles_still_verifies_the_token() {
    let (app, issuer) = started().await;
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob").with("exp", 1_000)))
            .await
            .status,
        401
    );
    assert_eq!(app.call("GET", "/me", &[], None).await.status, 401);
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}
