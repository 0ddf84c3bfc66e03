//! Asking the issuer (RFC 7662), in each of the modes.

use rbac_tests::{Claims, FakeIssuer, Reply, TestApp};
use serde_json::{Value, json};

use crate::handlers::all;

const SECRET: (&str, &str) = ("KEYCLOAK_CLIENT_SECRET", "s&cret%");

fn active(claims: &Claims) -> Reply {
    let mut members = claims.json();
    members["active"] = json!(true);
    Reply::json(&members)
}

async fn in_mode(issuer: &FakeIssuer, mode: &str) -> TestApp {
    TestApp::start_with(issuer, &[("KEYCLOAK_TOKEN_VALIDATION", mode), SECRET], all).await
}

#[actix_web::test]
async fn the_issuer_decides_and_its_claims_count() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    let token = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    assert_eq!(app.get("/read", &token).await.status, 401, "inactive");
    issuer.introspection(active(&issuer.claims("bob").roles(&["data:read"])));
    assert_eq!(app.get("/read", &token).await.status, 200);
    issuer.introspection(active(&issuer.claims("bob")));
    assert_eq!(
        app.get("/read", &token).await.status,
        403,
        "today's roles, not the token's"
    );
}

#[actix_web::test]
async fn an_opaque_token_goes_to_the_issuer_alone() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    issuer.introspection(active(&issuer.claims("bob")));
    assert_eq!(app.get("/me", "opaque").await.status, 200);
    assert_eq!(
        in_mode(&issuer, "hybrid").await.get("/me", "opaque").await.status,
        401
    );
}

#[actix_web::test]
async fn the_client_and_the_token_are_sent_as_the_rfc_says() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    app.get("/me", "row-76+/~").await;
    let (form, header) = issuer.introspection_forms().remove(0);
    assert_eq!(form, "token=row-76%2B%2F%7E&token_type_hint=access_token");
    // RFC 6749 section 2.3.1: id and secret are form-encoded before they become Basic credentials.
    use base64::Engine as _;
    let credentials = base64::engine::general_purpose::STANDARD.encode("myapp-backend:s%26cret%25");
    assert_eq!(header, format!("Basic {credentials}"));
}

#[actix_web::test]
async fn row_66_active_is_true_and_nothing_like_it() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    for value in [
        json!("true"),
        json!(1),
        json!(null),
        json!(false),
        json!([true]),
        json!({}),
    ] {
        let mut members = issuer.claims("bob").json();
        members["active"] = value.clone();
        issuer.introspection(Reply::json(&members));
        assert_eq!(app.get("/me", "opaque").await.status, 401, "{value}");
    }
    issuer.introspection(Reply::json(&issuer.claims("bob").json()));
    assert_eq!(app.get("/me", "opaque").await.status, 401, "no `active` at all");
}

#[actix_web::test]
async fn rows_67_75_an_answer_of_no_use_is_503() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    for reply in [
        Reply::raw(401, "application/json", r#"{"error":"invalid_client"}"#),
        Reply::raw(403, "application/json", r#"{"error":"access_denied"}"#),
        Reply::raw(500, "text/plain", "no"),
        Reply::raw(302, "text/plain", ""),
        Reply::raw(200, "text/html", "<html>"),
        Reply::raw(200, "application/json", "true"),
        Reply::raw(200, "application/jwt", issuer.sign(&issuer.claims("bob"))),
        Reply::raw(200, "text/plain", r#"{"active":true}"#),
    ] {
        issuer.introspection(reply.clone());
        let answer = app.get("/me", "opaque").await;
        assert_eq!((answer.status, answer.challenge()), (503, ""), "{reply:?}");
    }
}

#[actix_web::test]
async fn row_69_an_active_token_is_checked_again() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    let good = issuer.claims("bob");
    for (bad, why) in [
        (good.clone().with("exp", 1_000), "exp"),
        (good.clone().without("exp"), "no exp"),
        (good.clone().with("iss", "https://other.example.com"), "iss"),
        (good.clone().without("iss"), "no iss"),
        (good.clone().with("aud", "account"), "aud"),
        (good.clone().without("aud"), "no aud"),
        (good.clone().with("typ", "Refresh"), "a refresh token"),
        (good.clone().with("typ", "ID"), "an ID token"),
        (good.clone().without("sub"), "no sub"),
        (good.clone().with("cnf", json!({"jkt": "x"})), "a bound token"),
    ] {
        issuer.introspection(active(&bad));
        assert_eq!(
            app.get("/me", why.replace(' ', "-").as_str()).await.status,
            401,
            "{why}"
        );
    }
    issuer.introspection(active(&good));
    assert_eq!(app.get("/me", "opaque").await.status, 200);
}

#[actix_web::test]
async fn in_hybrid_a_token_that_nobody_signed_never_costs_a_question() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "hybrid").await;
    issuer.introspection(active(&issuer.claims("bob")));
    let token = issuer.sign(&issuer.claims("bob"));
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    assert_eq!(app.get("/me", &forged).await.status, 401);
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob").with("exp", 1_000)))
            .await
            .status,
        401
    );
    assert_eq!(issuer.introspection_calls(), 0);
    assert_eq!(app.get("/me", &token).await.status, 200);
    assert_eq!(app.get("/me", &token).await.status, 200);
    assert_eq!(
        issuer.introspection_calls(),
        1,
        "the short cache answers the second"
    );
}

#[actix_web::test]
async fn in_hybrid_the_issuer_has_the_last_word() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "hybrid").await;
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        401
    );
    issuer.introspection(Reply::raw(500, "text/plain", "no"));
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("eve"))).await.status,
        503
    );
}

fn lightweight(claims: Claims) -> Claims {
    claims
        .without("sub")
        .without("aud")
        .without("realm_access")
        .without("resource_access")
}

#[actix_web::test]
async fn a_lightweight_token_needs_the_issuer() {
    let issuer = FakeIssuer::start();
    let token = issuer.sign(&lightweight(issuer.claims("bob")));
    issuer.introspection(active(&issuer.claims("bob").roles(&["data:read"])));
    assert_eq!(
        TestApp::start(&issuer, all)
            .await
            .get("/read", &token)
            .await
            .status,
        401
    );
    for mode in ["introspection", "hybrid"] {
        assert_eq!(
            in_mode(&issuer, mode).await.get("/read", &token).await.status,
            200,
            "{mode}"
        );
    }
}

#[actix_web::test]
async fn fresh_asks_for_each_request() {
    for mode in ["local", "introspection", "hybrid"] {
        let issuer = FakeIssuer::start();
        let app = in_mode(&issuer, mode).await;
        let claims = issuer.claims("erin").roles(&["users:manage"]);
        let token = issuer.sign(&claims);
        issuer.introspection(active(&claims));
        assert_eq!(app.get("/fresh", &token).await.status, 200, "{mode}");
        assert_eq!(app.get("/fresh", &token).await.status, 200, "{mode}");
        assert_eq!(issuer.introspection_calls(), 2, "{mode}");
        issuer.introspection(Reply::json(&json!({"active": false})));
        assert_eq!(app.get("/fresh", &token).await.status, 401, "{mode}");
    }
}

#[actix_web::test]
async fn fresh_shares_no_answer_with_a_request_that_asked_before() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    let claims = issuer.claims("erin").roles(&["users:manage"]);
    issuer.introspection(active(&claims).after(std::time::Duration::from_millis(200)));
    let token = issuer.sign(&claims);
    let answers = futures_util::future::join_all((0..5).map(|_| app.get("/fresh", &token))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(issuer.introspection_calls(), 5, "each has an answer of its own");
}

#[actix_web::test]
async fn fresh_without_a_client_secret_is_503_and_no_allow() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("erin").roles(&["users:manage"]));
    assert_eq!(app.get("/fresh", &token).await.status, 503);
}

#[actix_web::test]
async fn forty_at_once_for_one_token_are_one_question() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    issuer.introspection(active(&issuer.claims("bob")).after(std::time::Duration::from_millis(300)));
    let calls = (0..40).map(|_| app.get("/me", "opaque"));
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(issuer.introspection_calls(), 1);
}

#[actix_web::test]
async fn row_75_duplicate_members_of_an_answer_are_refused() {
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    let members: Value = issuer.claims("bob").json();
    let twice = members
        .to_string()
        .replacen('{', r#"{"active":false,"active":true,"#, 1);
    issuer.introspection(Reply::raw(200, "application/json", twice));
    assert_eq!(app.get("/me", "opaque").await.status, 503);
}
