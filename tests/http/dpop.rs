//! Tokens bound to a key (RFC 9449): what holders of the key see.

use actix_web::web;
use rbac_core::dpop::{FirstTime, ProofId, ReplayStore, ReplayStoreError};
use rbac_core::{Algorithm, Authorized, Config, Denial, Principal, Rbac};
use rbac_tests::{Answer, Claims, FakeIssuer, Holder, Reply, TestApp, present};
use serde_json::json;
use std::time::Duration;

use crate::handlers::{ReadWithin, all};

const ALGS: &str = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 EdDSA";
const SECRET: (&str, &str) = ("KEYCLOAK_CLIENT_SECRET", "secret");

/// What a caller with the scheme `DPoP` is told, where bearer tokens are accepted too.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, bearer: &str, dpop: &str) {
    let bearer = format!(r#"Bearer realm="myapp", error="{bearer}""#);
    let dpop = format!(r#"DPoP realm="myapp", algs="{ALGS}", error="{dpop}""#);
    assert_eq!(answer.status, status);
    assert_eq!(answer.all("www-authenticate"), [&bearer, &dpop]);
}

fn reader(issuer: &FakeIssuer) -> Claims {
    issuer
        .claims("bob")
        .roles(&["data:read", "data:write"])
        .departments(&["finance"])
}

async fn in_mode(issuer: &FakeIssuer, mode: &str) -> TestApp {
    TestApp::start_with(issuer, &[("RBAC_DPOP", mode)], all).await
}

fn active(claims: &Claims) -> Reply {
    let mut members = claims.json();
    members["active"] = json!(true);
    members["token_type"] = members["typ"].clone();
    Reply::json(&members)
}

#[actix_web::test]
async fn the_holder_of_the_key_is_let_in() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    let answer = bob.get(&app, "/me", &token).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "id-of-bob"));
    assert_eq!(bob.get(&app, "/by-query?dept=finance", &token).await.status, 200);
    assert_eq!(bob.get(&app, "/by-query?dept=hr", &token).await.status, 403);
    let path = "/departments/finance/data";
    let proof = bob.proof(&app, "POST", path, &token).sign();
    let authorization = format!("dpop {token}");
    let headers: [(&str, &[u8]); 3] = [
        ("Authorization", authorization.as_bytes()),
        ("DPoP", proof.as_bytes()),
        ("Content-Type", b"application/json"),
    ];
    let answer = app.call("POST", path, &headers, Some(r#"{"title": "a"}"#)).await;
    assert_eq!(answer.status, 201);
    // Tokens that are bound to nothing go on as before.
    assert_eq!(app.get("/me", &issuer.sign(&reader(&issuer))).await.status, 200);
}

#[actix_web::test]
async fn keys_of_every_algorithm_hold_tokens() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    for algorithm in Algorithm::ALL {
        let holder = Holder::with(algorithm);
        let token = issuer.sign(&holder.bind(reader(&issuer)));
        assert_eq!(holder.get(&app, "/me", &token).await.status, 200, "{algorithm}");
    }
}

#[actix_web::test]
async fn row_50_each_mode_takes_what_it_says() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let (bound, free) = (
        issuer.sign(&bob.bind(reader(&issuer))),
        issuer.sign(&reader(&issuer)),
    );
    for (mode, bound_with_proof, bound_as_bearer, free_with_proof, free_as_bearer) in [
        ("off", 401, 401, 401, 200),
        ("accepted", 200, 401, 401, 200),
        ("required", 200, 401, 401, 401),
    ] {
        let app = in_mode(&issuer, mode).await;
        assert_eq!(
            bob.get(&app, "/me", &bound).await.status,
            bound_with_proof,
            "{mode}"
        );
        assert_eq!(app.get("/me", &bound).await.status, bound_as_bearer, "{mode}");
        assert_eq!(
            bob.get(&app, "/me", &free).await.status,
            free_with_proof,
            "{mode}"
        );
        assert_eq!(app.get("/me", &free).await.status, free_as_bearer, "{mode}");
    }
}

#[actix_web::test]
async fn who_does_not_speak_of_dpop_sees_the_bearer_challenge_alone() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start(&issuer, all).await;
    let bound = issuer.sign(&bob.bind(reader(&issuer)));
    for (token, challenge) in [
        (None, r#"Bearer realm="myapp""#),
        (Some("garbage"), r#"Bearer realm="myapp", error="invalid_token""#),
        (
            Some(bound.as_str()),
            r#"Bearer realm="myapp", error="invalid_token""#,
        ),
    ] {
        let answer = match token {
            None => app.call("GET", "/me", &[], None).await,
            Some(token) => app.get("/me", token).await,
        };
        assert_eq!(answer.status, 401);
        assert_eq!(answer.all("www-authenticate"), [challenge]);
    }
    // Where DPoP is off, the scheme is as unknown as any other.
    let off = in_mode(&issuer, "off").await;
    let answer = bob.get(&off, "/me", &bound).await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (401, r#"Bearer realm="myapp""#)
    );
}

#[actix_web::test]
async fn who_speaks_of_dpop_sees_both_challenges() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start(&issuer, all).await;
    let bound = issuer.sign(&bob.bind(reader(&issuer)));
    let header = format!("DPoP {bound}");
    let without = app
        .call("GET", "/me", &[("Authorization", header.as_bytes())], None)
        .await;
    assert_refused(&without, 401, "invalid_token", "invalid_dpop_proof");
    let malformed = app.call("GET", "/me", &[("Authorization", b"DPoP")], None).await;
    assert_refused(&malformed, 400, "invalid_request", "invalid_request");
    let unbound = bob.get(&app, "/me", &issuer.sign(&reader(&issuer))).await;
    assert_refused(&unbound, 401, "invalid_token", "invalid_token");
    let expired = bob
        .get(
            &app,
            "/me",
            &issuer.sign(&bob.bind(reader(&issuer)).with("exp", 1)),
        )
        .await;
    assert_refused(&expired, 401, "invalid_token", "invalid_token");
    let denied = bob.get(&app, "/admin", &bound).await;
    assert_refused(&denied, 403, "insufficient_scope", "insufficient_scope");
    assert_eq!(without.body, expired.body, "row 94: all faults look alike");
    let stronger = bob.get(&app, "/gold", &bound).await;
    assert_eq!(stronger.status, 401);
    let asks = r#"error="insufficient_user_authentication", acr_values="gold", max_age="300""#;
    let challenges = stronger.all("www-authenticate");
    assert!(challenges.len() == 2 && challenges.iter().all(|challenge| challenge.ends_with(asks)));
}

#[actix_web::test]
async fn where_proofs_are_required_only_they_are_asked_for() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let config = config
        .expect("fine")
        .dpop(rbac_core::DpopMode::Required)
        .dpop_algorithms([Algorithm::Es256]);
    let app = TestApp::start_configured(config, all).await;
    let anonymous = app.call("GET", "/me", &[], None).await;
    assert_eq!(
        (anonymous.status, anonymous.challenge()),
        (401, r#"DPoP realm="myapp", algs="ES256""#)
    );
    let free = app.get("/me", &issuer.sign(&reader(&issuer))).await;
    assert_eq!(
        (free.status, free.challenge()),
        (401, r#"DPoP realm="myapp", algs="ES256", error="invalid_token""#)
    );
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    assert_eq!(bob.get(&app, "/me", &token).await.status, 200);
    let other = Holder::with(Algorithm::EdDsa);
    let token = issuer.sign(&other.bind(reader(&issuer)));
    let answer = other.get(&app, "/me", &token).await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (
            401,
            r#"DPoP realm="myapp", algs="ES256", error="invalid_dpop_proof""#
        )
    );
}

#[actix_web::test]
async fn a_nonce_is_given_asked_for_and_renewed() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start_with(&issuer, &[("RBAC_DPOP_NONCE", "true")], all).await;
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    let first = bob.get(&app, "/me", &token).await;
    assert_refused(&first, 401, "invalid_token", "use_dpop_nonce");
    let nonce = first.header("dpop-nonce").expect("a nonce").to_owned();
    assert_eq!(first.header("cache-control"), Some("no-store"));

    let with = |nonce: &str| bob.proof(&app, "GET", "/me", &token).claim("nonce", nonce).sign();
    let answer = present(&app, "GET", "/me", &token, &with(&nonce)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("dpop-nonce").is_some(), "the next one");
    let guessed = present(&app, "GET", "/me", &token, &with("AAAAAAAAAAAAAAAAAAAAAA")).await;
    assert_refused(&guessed, 401, "invalid_token", "use_dpop_nonce");
    // Not for those who do not speak of DPoP.
    let anonymous = app.call("GET", "/me", &[], None).await;
    assert_eq!(anonymous.header("dpop-nonce"), None);
    let free = app.get("/me", &issuer.sign(&reader(&issuer))).await;
    assert_eq!((free.status, free.header("dpop-nonce")), (200, None));
    // Nor where nobody asked for nonces.
    let plain = TestApp::start(&issuer, all).await;
    let answer = bob.get(&plain, "/me", &token).await;
    assert_eq!((answer.status, answer.header("dpop-nonce")), (200, None));
}

#[actix_web::test]
async fn instances_with_one_secret_take_each_others_nonces() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let vars = |secret| [("RBAC_DPOP_NONCE", "true"), ("RBAC_DPOP_NONCE_SECRET", secret)];
    let one = TestApp::start_with(&issuer, &vars("0123456789abcdef0123456789abcdef"), all).await;
    let same = TestApp::start_with(&issuer, &vars("0123456789abcdef0123456789abcdef"), all).await;
    let other = TestApp::start_with(&issuer, &vars("0123456789abcdef0123456789ABCDEF"), all).await;
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    let nonce = bob
        .get(&one, "/me", &token)
        .await
        .header("dpop-nonce")
        .expect("a nonce")
        .to_owned();
    for (app, status) in [(&one, 200), (&same, 200), (&other, 401)] {
        let proof = bob
            .proof(app, "GET", "/me", &token)
            .claim("nonce", nonce.as_str());
        assert_eq!(
            present(app, "GET", "/me", &token, &proof.sign()).await.status,
            status
        );
    }
}

#[actix_web::test]
async fn behind_a_proxy_the_public_url_is_what_proofs_are_for() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let public = [("RBAC_PUBLIC_URL", "https://api.example.com")];
    let app = TestApp::start_with(&issuer, &public, all).await;
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    let outside = |htu: &str| bob.proof(&app, "GET", "/me", &token).claim("htu", htu).sign();
    for (htu, status) in [
        ("https://api.example.com/me", 200),
        ("https://API.example.com:443/%6De?x=1#y", 200),
        ("http://api.example.com/me", 401),
        ("https://api.example.com/you", 401),
    ] {
        let answer = present(&app, "GET", "/me", &token, &outside(htu)).await;
        assert_eq!(answer.status, status, "{htu}");
    }
    assert_eq!(
        bob.get(&app, "/me", &token).await.status,
        401,
        "the address inside"
    );
}

#[actix_web::test]
async fn what_the_issuer_answers_binds_too() {
    let (issuer, bob, thief) = (FakeIssuer::start(), Holder::default(), Holder::default());
    let vars = [("KEYCLOAK_TOKEN_VALIDATION", "introspection"), SECRET];
    let app = TestApp::start_with(&issuer, &vars, all).await;
    issuer.introspection(active(&bob.bind(reader(&issuer))));
    assert_eq!(bob.get(&app, "/read", "opaque").await.status, 200);
    assert_eq!(app.get("/read", "opaque").await.status, 401, "as bearer");
    assert_eq!(thief.get(&app, "/read", "opaque").await.status, 401);
    // An answer that contradicts itself binds nothing and opens nothing.
    issuer.introspection(active(&reader(&issuer).with("typ", "DPoP")));
    assert_eq!(app.get("/read", "opaque-2").await.status, 401);
    assert_eq!(bob.get(&app, "/read", "opaque-2").await.status, 401);
}

#[actix_web::test]
async fn row_50_a_silent_answer_does_not_unbind_a_signed_token() {
    let (issuer, bob, other) = (FakeIssuer::start(), Holder::default(), Holder::default());
    for (mode, path) in [("hybrid", "/read"), ("local", "/fresh")] {
        let vars = [("KEYCLOAK_TOKEN_VALIDATION", mode), SECRET];
        let app = TestApp::start_with(&issuer, &vars, all).await;
        let claims = reader(&issuer).roles(&["data:read", "users:manage"]);
        let token = issuer.sign(&bob.bind(claims.clone()));
        issuer.introspection(active(&claims));
        assert_eq!(app.get(path, &token).await.status, 401, "{mode}: as bearer");
        assert_eq!(bob.get(&app, path, &token).await.status, 200, "{mode}");
        // An answer that names another key is no answer about this token.
        issuer.introspection(active(&other.bind(claims.clone())));
        let again = issuer.sign(&bob.bind(claims.with("jti", "another")));
        assert_eq!(bob.get(&app, path, &again).await.status, 401, "{mode}");
        assert_eq!(other.get(&app, path, &again).await.status, 401, "{mode}");
    }
}

async fn twice(user: Principal, authorized: Authorized<ReadWithin>) -> String {
    format!("{} {}", user.subject(), authorized.principal().subject())
}

#[actix_web::test]
async fn one_request_proves_itself_to_everything_that_looks_at_it() {
    fn handlers(services: &mut web::ServiceConfig) {
        all(services);
        services.route("/twice/{department}", web::get().to(twice));
    }
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start(&issuer, handlers).await;
    let claims = reader(&issuer).realm_roles(&["auditor"]);
    let token = issuer.sign(&bob.bind(claims));
    for path in ["/stacked", "/plain", "/extracted/finance", "/twice/finance"] {
        let proof = bob.proof(&app, "GET", path, &token).sign();
        assert_eq!(
            present(&app, "GET", path, &token, &proof).await.status,
            200,
            "{path}"
        );
        let again = present(&app, "GET", path, &token, &proof).await;
        assert_eq!(again.status, 401, "{path}: another request");
    }
}

struct Broken;

impl ReplayStore for Broken {
    fn first_time(&self, _: ProofId, _: Duration) -> FirstTime<'_> {
        Box::pin(async { Err(ReplayStoreError::Unavailable("down".to_owned())) })
    }
}

#[actix_web::test]
async fn without_the_store_of_proofs_nobody_can_say() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let builder = Rbac::builder(config.expect("fine")).replay_store(Broken);
    let app = TestApp::start_built(builder, all).await;
    let answer = bob
        .get(&app, "/me", &issuer.sign(&bob.bind(reader(&issuer))))
        .await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some() && answer.all("www-authenticate").is_empty());
    assert_eq!(app.get("/me", &issuer.sign(&reader(&issuer))).await.status, 200);
}

#[actix_web::test]
async fn row_102_a_full_memory_refuses_proofs_and_forgets_none() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let config = config.expect("fine").remembered_dpop_proofs(2);
    let app = TestApp::start_configured(config, all).await;
    let token = issuer.sign(&bob.bind(reader(&issuer)));
    let first = bob.proof(&app, "GET", "/me", &token).sign();
    assert_eq!(present(&app, "GET", "/me", &token, &first).await.status, 200);
    assert_eq!(bob.get(&app, "/me", &token).await.status, 200);
    assert_eq!(bob.get(&app, "/me", &token).await.status, 503);
    assert_eq!(
        present(&app, "GET", "/me", &token, &first).await.status,
        401,
        "still known"
    );
}

#[actix_web::test]
async fn an_answer_of_ones_own_keeps_every_challenge() {
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpRequest, HttpResponse};
    fn own(_: &Denial, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Unauthorized().body("no")
    }
    let issuer = FakeIssuer::start();
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let rbac = Rbac::builder(config.expect("fine").dpop_nonces())
        .on_denial(own)
        .start()
        .await
        .expect("access control");
    let app = init_service(App::new().app_data(rbac).configure(all)).await;
    let request = TestRequest::get()
        .uri("/read")
        .insert_header(("Authorization", "DPoP x"));
    let response = call_service(&app, request.to_request()).await;
    let challenges: Vec<_> = response.headers().get_all("www-authenticate").collect();
    assert_eq!(challenges.len(), 2, "{challenges:?}");
    assert!(response.headers().contains_key("dpop-nonce"));
}
