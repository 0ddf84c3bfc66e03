//! Back-channel logout over HTTP: what ends a login, and what does not.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use rbac_core::clock::{Clock, ManualClock, SystemClock};
use rbac_core::testing::signing::SigningKey;
use rbac_core::{Algorithm, Config, Outcome, Rbac, backchannel_logout, guarded};
use rbac_tests::{Answer, Claims, FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers;

const FORM: &str = "application/x-www-form-urlencoded";

fn with_logout(services: &mut web::ServiceConfig) {
    handlers::all(services);
    guarded(services).service(backchannel_logout);
}

async fn app(issuer: &FakeIssuer) -> TestApp {
    TestApp::start(issuer, with_logout).await
}

/// A form as an issuer sends it.
async fn post(app: &TestApp, content_type: &str, body: &str) -> Answer {
    let headers: [(&str, &[u8]); 1] = [("Content-Type", content_type.as_bytes())];
    app.call("POST", "/backchannel-logout", &headers, Some(body))
        .await
}

async fn log_out(app: &TestApp, token: &str) -> Answer {
    post(app, FORM, &format!("logout_token={token}")).await
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (400, r#"{"error":"invalid_request"}"#)
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[actix_web::test]
async fn the_next_request_after_a_logout_is_refused() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let token = issuer.sign(&issuer.claims("bob"));
    let other = issuer.sign(&issuer.claims("carol").with("sid", "another"));
    assert_eq!(app.get("/me", &token).await.status, 200);
    let answer = log_out(&app, &issuer.sign_logout(&issuer.logout_claims("bob"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let refused = app.get("/me", &token).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.challenge().contains(r#"error="invalid_token""#),
        "{}",
        refused.challenge()
    );
    assert_eq!(app.get("/me", &other).await.status, 200);
}

#[actix_web::test]
async fn without_a_session_all_that_the_user_has_ends_and_a_new_login_counts() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let old = issuer.claims("bob");
    let iat = old.json()["iat"].as_u64().expect("a number");
    let (other_session, silent) = (old.clone().with("sid", "another"), old.clone().without("iat"));
    let logout = issuer.logout_claims("bob").without("sid").with("iat", iat);
    assert_eq!(log_out(&app, &issuer.sign_logout(&logout)).await.status, 200);
    for claims in [&old, &other_session, &silent] {
        assert_eq!(app.get("/me", &issuer.sign(claims)).await.status, 401);
    }
    // By a clock that is a little ahead, so that nobody has to wait.
    let new = old.clone().with("iat", iat + 5);
    assert_eq!(app.get("/me", &issuer.sign(&new)).await.status, 200);
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("carol"))).await.status,
        200
    );
}

#[actix_web::test]
async fn a_token_that_names_no_session_ends_with_each_of_its_users_logins() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let exchanged = issuer.sign(&issuer.claims("bob").without("sid"));
    assert_eq!(app.get("/me", &exchanged).await.status, 200);
    let logout = issuer.logout_claims("bob").with("sid", "another");
    assert_eq!(log_out(&app, &issuer.sign_logout(&logout)).await.status, 200);
    assert_eq!(app.get("/me", &exchanged).await.status, 401);
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn a_logout_token_is_used_once() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let token = issuer.sign_logout(&issuer.logout_claims("bob"));
    assert_eq!(log_out(&app, &token).await.status, 200);
    assert_refused(&log_out(&app, &token).await);
    // Signed once more, it is the same.
    let again = issuer.logout_claims("bob").with("jti", "same");
    assert_eq!(log_out(&app, &issuer.sign_logout(&again)).await.status, 200);
    assert_refused(
        &log_out(
            &app,
            &issuer.sign_logout(&again.with("aud", json!(["myapp-backend"]))),
        )
        .await,
    );
}

#[actix_web::test]
async fn what_is_no_logout_token_ends_nothing() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let access = issuer.sign(&issuer.claims("bob"));
    let fine = issuer.logout_claims("bob");
    let signed = |claims: Claims| issuer.sign_logout(&claims);
    let stranger = SigningKey::generate(Algorithm::EdDsa).key_id("k1");
    let header = json!({"alg": "EdDSA", "typ": "logout+jwt", "kid": "k1"});
    let payload = fine.json().to_string();
    let mut unsigned = signed(fine.clone());
    unsigned.truncate(unsigned.rfind('.').expect("three parts") + 1);
    for token in [
        access.clone(),
        String::new(),
        "not.a.token".to_owned(),
        unsigned,
        stranger.sign(&header, payload.as_bytes()),
        issuer.sign(&issuer.claims("bob").with("typ", "ID").with("nonce", "n")),
        signed(fine.clone().with("iss", "https://elsewhere.example.com")),
        signed(fine.clone().with("aud", "myapp-frontend")),
        signed(fine.clone().with("nonce", "n")),
        signed(fine.clone().with("events", json!({}))),
        signed(fine.clone().without("jti")),
        signed(fine.clone().without("sid").without("sub")),
        signed(fine.clone().with("iat", 0)),
        signed(fine.clone().with("exp", 1)),
        signed(fine.clone().with("typ", "Bearer")),
    ] {
        assert_refused(&log_out(&app, &token).await);
        assert_eq!(app.get("/me", &access).await.status, 200, "{token}");
    }
    assert_eq!(log_out(&app, &signed(fine)).await.status, 200);
    assert_eq!(app.get("/me", &access).await.status, 401);
}

#[actix_web::test]
async fn a_logout_token_is_no_access_token() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let claims = issuer.logout_claims("bob").with("azp", "myapp-frontend");
    for claims in [claims.clone(), claims.with("typ", "Bearer")] {
        assert_eq!(app.get("/me", &issuer.sign_logout(&claims)).await.status, 401);
        assert_eq!(app.get("/me", &issuer.sign(&claims)).await.status, 401);
    }
}

#[actix_web::test]
async fn what_is_no_form_with_one_token_is_refused() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let token = || issuer.sign_logout(&issuer.logout_claims("bob"));
    for (content_type, body) in [
        ("application/json", format!(r#"{{"logout_token":"{}"}}"#, token())),
        ("text/plain", format!("logout_token={}", token())),
        (
            "multipart/form-data; boundary=x",
            format!("logout_token={}", token()),
        ),
        (FORM, format!("logout_token={}&logout_token={}", token(), token())),
        (FORM, format!("token={}", token())),
        (FORM, String::new()),
        (
            FORM,
            format!("logout_token={}&padding={}", token(), "x".repeat(20_000)),
        ),
        (FORM, format!("logout_token={}", "x".repeat(9_000))),
    ] {
        assert_refused(&post(&app, content_type, &body).await);
    }
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
    let with_more = format!("state=x&logout_token={}", token());
    assert_eq!(
        post(
            &app,
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            &with_more
        )
        .await
        .status,
        200
    );
}

#[actix_web::test]
async fn another_method_is_not_allowed_and_says_which_is() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    let query = format!(
        "/backchannel-logout?logout_token={}",
        issuer.sign_logout(&issuer.logout_claims("bob"))
    );
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        let answer = app.call(method, &query, &[], None).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("POST")),
            "{method}"
        );
    }
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn logout_tokens_are_taken_for_the_clients_that_are_named() {
    let issuer = FakeIssuer::start();
    let vars = [("RBAC_LOGOUT_CLIENTS", "myapp-frontend, shop")];
    let app = TestApp::start_with(&issuer, &vars, with_logout).await;
    let token = issuer.sign(&issuer.claims("bob"));
    assert_refused(&log_out(&app, &issuer.sign_logout(&issuer.logout_claims("bob"))).await);
    assert_eq!(app.get("/me", &token).await.status, 200);
    let for_frontend = issuer.logout_claims("bob").with("aud", "myapp-frontend");
    assert_eq!(
        log_out(&app, &issuer.sign_logout(&for_frontend)).await.status,
        200
    );
    assert_eq!(app.get("/me", &token).await.status, 401);
}

#[actix_web::test]
async fn each_issuer_ends_its_own_logins_and_nobody_elses() {
    let (staff, partners) = (FakeIssuer::start(), FakeIssuer::start());
    let config = |issuer: &FakeIssuer| {
        let url = issuer.url().to_owned();
        Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| url.clone())).expect("fine")
    };
    let both = config(&staff).also_trust(config(&partners)).expect("two issuers");
    let app = TestApp::start_configured(both, with_logout).await;
    let (of_staff, of_partners) = (
        staff.sign(&staff.claims("bob")),
        partners.sign(&partners.claims("bob")),
    );
    assert_eq!(
        log_out(&app, &partners.sign_logout(&partners.logout_claims("bob")))
            .await
            .status,
        200
    );
    assert_eq!(app.get("/me", &of_partners).await.status, 401);
    assert_eq!(
        app.get("/me", &of_staff).await.status,
        200,
        "the same `sid` and `sub` at another issuer"
    );
    // Signed by one in the other's name.
    let forged = partners.sign_logout(&partners.logout_claims("bob").with("iss", staff.url()));
    assert_refused(&log_out(&app, &forged).await);
    assert_eq!(app.get("/me", &of_staff).await.status, 200);
    assert_eq!(
        log_out(&app, &staff.sign_logout(&staff.logout_claims("bob")))
            .await
            .status,
        200
    );
    assert_eq!(app.get("/me", &of_staff).await.status, 401);
}

#[actix_web::test]
async fn without_keys_the_issuer_is_told_to_try_again() {
    let issuer = FakeIssuer::start();
    issuer.certs(Reply::raw(503, "text/plain", ""));
    let app = app(&issuer).await;
    let token = issuer.sign_logout(&issuer.logout_claims("bob"));
    let answer = log_out(&app, &token).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (400, r#"{"error":"temporarily_unavailable"}"#)
    );
}

#[actix_web::test]
async fn a_logout_is_recorded_and_so_is_what_was_refused() {
    let issuer = FakeIssuer::start();
    let app = app(&issuer).await;
    log_out(&app, &issuer.sign_logout(&issuer.logout_claims("bob"))).await;
    log_out(
        &app,
        &issuer.sign_logout(&issuer.logout_claims("bob").with("nonce", "n")),
    )
    .await;
    let decisions = app.decisions();
    let [accepted, refused] = &decisions[..] else {
        panic!("{decisions:?}")
    };
    assert_eq!(
        (accepted.outcome, accepted.subject.as_deref()),
        (Outcome::Allow, Some("id-of-bob"))
    );
    assert_eq!((refused.outcome, refused.status), (Outcome::Deny, Some(400)));
    assert_eq!(refused.reason, "logout token: a logout token has no `nonce`");
    assert_eq!(accepted.issuer.as_deref(), Some(issuer.url()));
    assert_eq!(
        (&refused.subject, &refused.issuer),
        (&None, &None),
        "what was refused says nothing"
    );
}

#[actix_web::test]
async fn a_logged_out_session_stays_so_for_as_long_as_a_token_of_it_can_live() {
    let issuer = FakeIssuer::start();
    let clock = Arc::new(ManualClock::at(SystemClock.unix_now()));
    let url = issuer.url().to_owned();
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| url.clone()));
    let config = config.expect("fine").max_token_life(Duration::from_secs(3_600));
    let app = TestApp::start_built(Rbac::builder(config).clock(Arc::clone(&clock)), with_logout).await;
    let iat = clock.unix_now();
    let hour = issuer.claims("bob").with("exp", iat + 3_600);
    let unlimited = issuer
        .claims("carol")
        .with("sid", "another")
        .with("exp", iat + 1_000_000);
    let new = issuer
        .claims("carol")
        .with("sid", "another")
        .with("iat", iat + 3_700)
        .with("exp", iat + 4_000);
    assert_eq!(
        log_out(&app, &issuer.sign_logout(&issuer.logout_claims("bob")))
            .await
            .status,
        200
    );
    for _ in 0..60 {
        assert_eq!(app.get("/me", &issuer.sign(&hour)).await.status, 401);
        clock.advance(Duration::from_secs(60));
    }
    clock.advance(Duration::from_secs(9));
    assert_eq!(
        app.get("/me", &issuer.sign(&hour)).await.status,
        401,
        "in the last second of its leeway"
    );
    assert_eq!(
        app.get("/me", &issuer.sign(&unlimited)).await.status,
        200,
        "what is remembered is about others"
    );
    clock.advance(Duration::from_secs(100));
    assert_eq!(
        app.get("/me", &issuer.sign(&unlimited)).await.status,
        401,
        "it could be about anybody now"
    );
    assert_eq!(app.get("/me", &issuer.sign(&new)).await.status, 200);
}
