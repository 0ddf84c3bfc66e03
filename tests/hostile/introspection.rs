//! Section D: answers of the issuer, and how long they count.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rbac_core::clock::{Clock, ManualClock, SystemClock};
use rbac_core::{Config, Rbac};
use rbac_tests::{Claims, FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

fn active(claims: &Claims) -> Reply {
    let mut members = claims.json();
    members["active"] = json!(true);
    Reply::json(&members)
}

fn config(issuer: &FakeIssuer, mode: &str) -> Config {
    Config::from_vars(|name| match name {
        "KEYCLOAK_ISSUER_URL" => Some(issuer.url().to_owned()),
        "KEYCLOAK_TOKEN_VALIDATION" => Some(mode.to_owned()),
        "KEYCLOAK_CLIENT_SECRET" => Some("secret".to_owned()),
        _ => None,
    })
    .expect("fine")
}

#[actix_web::test]
async fn row_68_a_slow_issuer_is_waited_for_so_long_and_by_so_many() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start_configured(config(&issuer, "introspection"), all).await;
    issuer.introspection(active(&issuer.claims("bob")).after(Duration::from_secs(60)));
    let began = Instant::now();
    let tokens: Vec<String> = (0..100).map(|number| format!("opaque-{number}")).collect();
    let answers = futures_util::future::join_all(tokens.iter().map(|token| app.get("/me", token))).await;
    assert!(answers.iter().all(|answer| answer.status == 503));
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(
        issuer.introspection_calls() <= 64,
        "{}",
        issuer.introspection_calls()
    );
    issuer.introspection(active(&issuer.claims("bob")));
    assert_eq!(
        app.get("/me", "opaque").await.status,
        200,
        "the places are free again"
    );
}

#[actix_web::test]
async fn rows_70_73_a_revoked_token_works_as_long_as_the_answer_is_kept_and_not_a_moment_longer() {
    let issuer = FakeIssuer::start();
    let clock = Arc::new(ManualClock::at(SystemClock.unix_now()));
    let config = config(&issuer, "hybrid").introspection_cache(Duration::from_secs(20));
    let app = TestApp::start_built(Rbac::builder(config).clock(Arc::clone(&clock)), all).await;
    let claims = issuer.claims("bob").with("exp", SystemClock.unix_now() + 10_000);
    let token = issuer.sign(&claims);
    issuer.introspection(active(&claims));
    assert_eq!(app.get("/me", &token).await.status, 200);
    issuer.introspection(Reply::json(&json!({"active": false})));
    clock.advance(Duration::from_millis(19_999));
    assert_eq!(
        (app.get("/me", &token).await.status, issuer.introspection_calls()),
        (200, 1)
    );
    clock.advance(Duration::from_millis(1));
    assert_eq!(
        (app.get("/me", &token).await.status, issuer.introspection_calls()),
        (401, 2)
    );
}

#[actix_web::test]
async fn row_70_an_answer_is_not_kept_beyond_the_tokens_own_end() {
    let issuer = FakeIssuer::start();
    let clock = Arc::new(ManualClock::at(SystemClock.unix_now()));
    let config = config(&issuer, "hybrid").introspection_cache(Duration::from_secs(3_600));
    let app = TestApp::start_built(Rbac::builder(config).clock(Arc::clone(&clock)), all).await;
    let (now, far) = (SystemClock.unix_now(), SystemClock.unix_now() + 10_000);
    // The token itself would last; the issuer says that its session ends sooner.
    let token = issuer.sign(&issuer.claims("bob").with("exp", far));
    issuer.introspection(active(&issuer.claims("bob").with("exp", now + 15)));
    assert_eq!(app.get("/me", &token).await.status, 200);
    issuer.introspection(Reply::json(&json!({"active": false})));
    clock.advance(Duration::from_secs(15));
    assert_eq!(app.get("/me", &token).await.status, 401);
    // Thirty seconds are the most that an operator can ask for.
    let patient = issuer.sign(&issuer.claims("carol").with("exp", far));
    issuer.introspection(active(&issuer.claims("carol").with("exp", far)));
    assert_eq!(app.get("/me", &patient).await.status, 200);
    issuer.introspection(Reply::json(&json!({"active": false})));
    clock.advance(Duration::from_secs(30));
    assert_eq!(app.get("/me", &patient).await.status, 401);
}

#[actix_web::test]
async fn row_71_a_kept_answer_says_who_and_not_what_they_may() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start_configured(config(&issuer, "hybrid"), all).await;
    let claims = issuer
        .claims("bob")
        .roles(&["data:read"])
        .departments(&["finance"]);
    issuer.introspection(active(&claims));
    let token = issuer.sign(&claims);
    for (path, status) in [
        ("/departments/finance", 200),
        ("/departments/hr", 403),
        ("/auditor", 403),
        ("/gold", 401),
        ("/read", 200),
    ] {
        assert_eq!(app.get(path, &token).await.status, status, "{path}");
    }
    assert_eq!(issuer.introspection_calls(), 1);
}

#[actix_web::test]
async fn row_72_what_one_issuer_says_is_not_what_another_says() {
    let (ours, theirs) = (FakeIssuer::start(), FakeIssuer::start());
    let app = TestApp::start_configured(config(&ours, "introspection"), all).await;
    let other = TestApp::start_configured(config(&theirs, "introspection"), all).await;
    ours.introspection(active(&ours.claims("bob")));
    for _ in 0..2 {
        let answers = futures_util::future::join(app.get("/me", "opaque"), other.get("/me", "opaque")).await;
        assert_eq!((answers.0.status, answers.1.status), (200, 401));
    }
}

#[actix_web::test]
async fn row_76_a_token_is_encoded_into_the_form_and_adds_no_field() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start_configured(config(&issuer, "introspection"), all).await;
    issuer.introspection(active(&issuer.claims("bob")));
    assert_eq!(app.get("/me", "a+b/c~d==").await.status, 200);
    // `&` and `%` are no characters of a bearer token, so they never get that far.
    for token in ["a&active=true", "a%26b", "a\u{e9}"] {
        let header = format!("Bearer {token}");
        let headers: [(&str, &[u8]); 1] = [("Authorization", header.as_bytes())];
        assert_eq!(
            app.call("GET", "/me", &headers, None).await.status,
            400,
            "{token}"
        );
    }
    let forms: Vec<String> = issuer
        .introspection_forms()
        .into_iter()
        .map(|(form, _)| form)
        .collect();
    assert_eq!(forms, ["token=a%2Bb%2Fc%7Ed%3D%3D&token_type_hint=access_token"]);
}
