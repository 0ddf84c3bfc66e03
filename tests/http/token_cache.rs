//! Remembered tokens answer as verified ones, whatever happens to clocks, keys and the tokens themselves.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rbac_core::clock::{Clock, ManualClock};
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::{Algorithm, Config, Rbac, Revocation};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

const SECRET: (&str, &str) = ("KEYCLOAK_CLIENT_SECRET", "secret");

/// An application under a clock of its own, which begins at the present.
async fn app(issuer: &FakeIssuer, vars: &[(&str, &str)]) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(rbac_core::clock::SystemClock.unix_now()));
    let issuer = ("KEYCLOAK_ISSUER_URL", issuer.url());
    let find = |name: &str| vars.iter().chain([&issuer]).find(|(known, _)| *known == name);
    let config = Config::from_vars(|name| find(name).map(|(_, value)| (*value).to_owned()));
    let builder = Rbac::builder(config.expect("a configuration")).clock(Arc::clone(&clock));
    (TestApp::start_built(builder, all).await, clock)
}

fn verifications(app: &TestApp) -> u64 {
    app.rbac.token_cache().expect("a cache").verifications
}

fn signed_by(key: &SigningKey, kid: &str, issuer: &FakeIssuer) -> String {
    let header = json!({"alg": key.algorithm().name(), "typ": "JWT", "kid": kid});
    key.sign(&header, issuer.claims("bob").json().to_string().as_bytes())
}

#[actix_web::test]
async fn a_thousand_requests_with_one_new_token_cost_one_verification() {
    let issuer = FakeIssuer::start();
    let (app, _) = app(&issuer, &[]).await;
    let token = issuer.sign(&issuer.claims("bob"));
    let answers = join_all((0..1_000).map(|_| app.get("/me", &token))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(verifications(&app), 1);
    let forged = format!("{token}AAAA");
    let answers = join_all((0..1_000).map(|_| app.get("/me", &forged))).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    assert_eq!(verifications(&app), 2);
}

#[actix_web::test]
async fn row_96_remembered_and_verified_tokens_get_one_answer_whatever_the_clocks_say() {
    let issuer = FakeIssuer::start();
    let ((remembering, clock), (forgetful, other)) = (
        app(&issuer, &[]).await,
        app(&issuer, &[("RBAC_TOKEN_CACHE", "off")]).await,
    );
    assert!(forgetful.rbac.token_cache().is_none());
    let start = clock.unix_now();
    let tokens = [
        issuer.claims("ends"),
        issuer.claims("begins").with("nbf", start + 20).with("iat", start),
        issuer.claims("short").with("exp", start + 2),
        issuer.claims("over").with("exp", start.saturating_sub(11)),
        issuer.claims("long").with("exp", start + 3 * 366 * 24 * 3600),
    ]
    .map(|claims| issuer.sign(&claims));
    let to = |unix: u64| move |clock: &ManualClock| clock.set_unix(unix);
    type Move = Box<dyn Fn(&ManualClock)>;
    let moves: Vec<Move> = vec![
        Box::new(|_| {}),
        Box::new(to(start + 9)),
        Box::new(to(start + 10)),
        Box::new(to(start + 11)),
        Box::new(to(start + 12)),
        Box::new(to(start + 309)),
        Box::new(to(start + 310)),
        Box::new(to(start - 10)),
        Box::new(to(start - 11)),
        Box::new(to(start - 3600)),
        Box::new(to(0)),
        Box::new(to(start - 9 * 366 * 24 * 3600)),
        Box::new(to(start + 3600)),
        Box::new(to(start)),
        Box::new(|clock| clock.advance(Duration::from_secs(13))),
        Box::new(|clock| clock.advance(Duration::from_secs(280))),
        Box::new(|clock| clock.advance(Duration::from_secs(16))),
        Box::new(|clock| clock.advance(Duration::from_secs(1))),
    ];
    let mut accepted = 0;
    for (at, step) in moves.iter().enumerate() {
        step(&clock);
        step(&other);
        for (which, token) in tokens.iter().enumerate() {
            let twice = [
                remembering.get("/me", token).await,
                remembering.get("/me", token).await,
            ];
            let verified = forgetful.get("/me", token).await.status;
            accepted += usize::from(verified == 200);
            for answer in twice {
                // The one difference: what was refused for good stays so for five seconds of the other clock.
                let is_same =
                    answer.status == verified || (answer.status == 401 && verified == 200 && at >= 7);
                assert!(
                    is_same,
                    "step {at}, token {which}: {} instead of {verified}",
                    answer.status
                );
            }
        }
    }
    assert!(accepted > 20, "{accepted}");
}

#[actix_web::test]
async fn a_token_outlives_its_end_on_no_clock() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[("KEYCLOAK_CLOCK_SKEW", "0")]).await;
    let start = clock.unix_now();
    let token = issuer.sign(&issuer.claims("bob").with("exp", start + 60).with("iat", start));
    assert_eq!(app.get("/me", &token).await.status, 200);
    clock.advance(Duration::from_secs(59));
    assert_eq!(app.get("/me", &token).await.status, 200);
    clock.advance(Duration::from_secs(1));
    assert_eq!(app.get("/me", &token).await.status, 401);
    assert_eq!(app.rbac.token_cache().expect("a cache").tokens, 0);
}

#[actix_web::test]
async fn row_59_a_remembered_token_stops_with_its_key() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[]).await;
    let token = issuer.sign(&issuer.claims("bob"));
    assert_eq!(app.get("/me", &token).await.status, 200);
    let newer = SigningKey::generate(Algorithm::Es256).key_id("k2");
    issuer.certs(Reply::json(&jwk_set([&newer])));
    clock.advance(Duration::from_secs(200));
    assert_eq!(app.get("/me", &token).await.status, 200, "nobody knows yet");
    // The age at which a set is fetched anew.
    clock.advance(Duration::from_secs(100));
    assert_eq!(app.get("/me", &token).await.status, 401);
    assert_eq!(
        app.get("/me", &signed_by(&newer, "k2", &issuer)).await.status,
        200
    );
}

#[actix_web::test]
async fn row_60_a_remembered_token_stops_when_its_key_id_means_another_key() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[]).await;
    let token = issuer.sign(&issuer.claims("bob"));
    assert_eq!(app.get("/me", &token).await.status, 200);
    let other = SigningKey::generate(Algorithm::Rs256).key_id("k1");
    issuer.certs(Reply::json(&jwk_set([&other])));
    clock.advance(Duration::from_secs(300));
    assert_eq!(app.get("/me", &token).await.status, 401);
    // What the old key was right to refuse is not held against the new one.
    assert_eq!(
        app.get("/me", &signed_by(&other, "k1", &issuer)).await.status,
        200
    );
}

#[actix_web::test]
async fn the_same_keys_fetched_again_make_nobody_verify_again() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[]).await;
    let beside = SigningKey::generate(Algorithm::Es256).key_id("k2");
    issuer.certs(Reply::json(&jwk_set([issuer.key(), &beside])));
    clock.advance(Duration::from_secs(300));
    let token = issuer.sign(&issuer.claims("bob").with("exp", clock.unix_now() + 7200));
    assert_eq!(app.get("/me", &token).await.status, 200);
    for round in 0..6 {
        // In no stable order, as Keycloak lists them.
        let keys = if round % 2 == 0 {
            [&beside, issuer.key()]
        } else {
            [issuer.key(), &beside]
        };
        issuer.certs(Reply::json(&jwk_set(keys)));
        clock.advance(Duration::from_secs(300));
        assert_eq!(app.get("/me", &token).await.status, 200);
    }
    assert_eq!((verifications(&app), issuer.certs_calls()), (1, 8));
}

#[actix_web::test]
async fn a_new_key_works_with_the_very_token_that_was_refused_a_moment_before() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[]).await;
    let newer = SigningKey::generate(Algorithm::Es256).key_id("k2");
    let token = signed_by(&newer, "k2", &issuer);
    assert_eq!(app.get("/me", &token).await.status, 401);
    issuer.certs(Reply::json(&jwk_set([issuer.key(), &newer])));
    // The cool-down after a key id that nobody knew.
    clock.advance(Duration::from_secs(30));
    assert_eq!(app.get("/me", &token).await.status, 200);
}

#[actix_web::test]
async fn what_looks_like_a_remembered_token_is_verified_all_the_same() {
    let issuer = FakeIssuer::start();
    let (app, _) = app(&issuer, &[]).await;
    let token = issuer.sign(&issuer.claims("bob"));
    let swapped = |at: usize| {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let parts: Vec<&str> = token.split('.').collect();
    let mut forgeries: Vec<String> = (0..token.len()).step_by(41).map(swapped).collect();
    forgeries.extend([
        format!("{token}A"),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}=", parts[0], parts[1], parts[2]),
        token.trim_end_matches(|c| c != '.').to_owned(),
    ]);
    for around in 0..2 {
        for forgery in &forgeries {
            let status = app.get("/me", forgery).await.status;
            assert!(status == 401, "{status} for {forgery} ({around})");
        }
        // And the forgeries took nothing from the token that they were made from.
        assert_eq!(app.get("/me", &token).await.status, 200);
    }
}

#[actix_web::test]
async fn what_is_refused_costs_one_verification_in_five_seconds_and_pushes_nobody_out() {
    let issuer = FakeIssuer::start();
    let (app, clock) = app(&issuer, &[("RBAC_TOKEN_CACHE", "2")]).await;
    let (token, forged) = (
        issuer.sign(&issuer.claims("bob")),
        issuer.sign(&issuer.claims("eve")) + "AAAA",
    );
    assert_eq!(app.get("/me", &token).await.status, 200);
    for _ in 0..20 {
        assert_eq!(app.get("/me", &forged).await.status, 401);
    }
    assert_eq!(verifications(&app), 2);
    for number in 0..50 {
        let forged = issuer.sign(&issuer.claims(&format!("eve-{number}"))) + "AAAA";
        assert_eq!(app.get("/me", &forged).await.status, 401);
    }
    assert_eq!(app.get("/me", &token).await.status, 200);
    assert_eq!(verifications(&app), 52);
    clock.advance(Duration::from_secs(5));
    assert_eq!(app.get("/me", &forged).await.status, 401);
    assert_eq!(verifications(&app), 53);
}

#[actix_web::test]
async fn row_73_introspection_remembers_nothing_and_hybrid_the_signature_alone() {
    let issuer = FakeIssuer::start();
    let active = |roles: &[&str]| {
        let mut members = issuer.claims("bob").roles(roles).json();
        members["active"] = json!(true);
        Reply::json(&members)
    };
    let token = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    for mode in ["introspection", "hybrid"] {
        let (app, clock) = app(&issuer, &[("KEYCLOAK_TOKEN_VALIDATION", mode), SECRET]).await;
        for (reply, status) in [
            (active(&["data:read"]), 200),
            (active(&[]), 403),
            (active(&["data:read"]), 200),
            (Reply::json(&json!({"active": false})), 401),
            (Reply::raw(500, "text/plain", ""), 503),
        ] {
            issuer.introspection(reply);
            // Beyond the short cache of answers.
            clock.advance(Duration::from_secs(5));
            assert_eq!(app.get("/read", &token).await.status, status, "{mode}");
        }
        assert_eq!(verifications(&app), u64::from(mode == "hybrid"), "{mode}");
    }
}

#[actix_web::test]
async fn a_fresh_answer_is_asked_for_also_when_the_token_is_remembered() {
    let issuer = FakeIssuer::start();
    let (app, _) = app(&issuer, &[SECRET]).await;
    let token = issuer.sign(&issuer.claims("bob").roles(&["users:manage"]));
    assert_eq!(app.get("/me", &token).await.status, 200);
    let mut members = issuer.claims("bob").roles(&["users:manage"]).json();
    members["active"] = json!(true);
    issuer.introspection(Reply::json(&members));
    assert_eq!(app.get("/fresh", &token).await.status, 200);
    issuer.introspection(Reply::json(&json!({"active": false})));
    assert_eq!(app.get("/fresh", &token).await.status, 401);
    assert_eq!(
        app.get("/me", &token).await.status,
        200,
        "locally it is as good as before"
    );
    assert_eq!(issuer.introspection_calls(), 2);
}

#[actix_web::test]
async fn row_73_a_remembered_token_that_is_taken_back_stops_at_once_and_is_forgotten() {
    let issuer = FakeIssuer::start();
    let (app, _) = app(&issuer, &[]).await;
    let (bobs, carols) = (
        issuer.claims("bob"),
        issuer.claims("carol").with("sid", "another"),
    );
    let (bob, carol) = (issuer.sign(&bobs), issuer.sign(&carols));
    for _ in 0..2 {
        assert_eq!(app.get("/me", &bob).await.status, 200);
        assert_eq!(app.get("/me", &carol).await.status, 200);
    }
    app.rbac
        .revoke(&Revocation::subject("id-of-bob"))
        .await
        .expect("taken back");
    assert_eq!(app.get("/me", &bob).await.status, 401);
    assert_eq!(
        app.get("/me", &carol).await.status,
        200,
        "looked at again, and let through"
    );
    assert_eq!(app.rbac.token_cache().expect("a cache").tokens, 1);
    assert_eq!(
        app.get("/me", &bob).await.status,
        401,
        "verified anew, it is refused still"
    );
}
