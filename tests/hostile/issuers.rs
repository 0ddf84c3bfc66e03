//! Section C: keys belong to the issuer that published them.

use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

#[actix_web::test]
async fn row_58_one_key_id_at_two_issuers_is_two_keys() {
    // Both call their key `k1`, and both are configured in one process.
    let (ours, theirs) = (FakeIssuer::start(), FakeIssuer::start());
    assert_ne!(ours.key().public_jwk(), theirs.key().public_jwk());
    let (app, other) = (
        TestApp::start(&ours, all).await,
        TestApp::start(&theirs, all).await,
    );
    let (our_token, their_token) = (ours.sign(&ours.claims("bob")), theirs.sign(&theirs.claims("bob")));
    for _ in 0..2 {
        assert_eq!(app.get("/me", &our_token).await.status, 200);
        assert_eq!(other.get("/me", &their_token).await.status, 200);
        assert_eq!(app.get("/me", &their_token).await.status, 401);
        assert_eq!(other.get("/me", &our_token).await.status, 401);
    }
    // Their key over claims that name us, and ours over claims that name them.
    assert_eq!(
        app.get("/me", &theirs.sign(&ours.claims("bob"))).await.status,
        401
    );
    assert_eq!(
        app.get("/me", &ours.sign(&theirs.claims("bob"))).await.status,
        401
    );
}

#[actix_web::test]
async fn row_65_an_endpoint_that_leaves_the_issuer_by_dots_stops_the_start() {
    for path in [
        "/../other/protocol/openid-connect/certs",
        "/%2e%2e/other/protocol/openid-connect/certs",
        "/protocol/../../other/certs",
        "/..\\other/certs",
    ] {
        let issuer = FakeIssuer::start();
        issuer.discovery(Reply::json(
            &json!({"issuer": issuer.url(), "jwks_uri": format!("{}{path}", issuer.url())}),
        ));
        let config = rbac_core::Config::from_vars(|name| {
            (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned())
        });
        let started = rbac_core::Rbac::start(config.expect("fine")).await;
        assert!(
            matches!(started, Err(rbac_core::StartError::Discovery(_))),
            "{path}"
        );
        assert_eq!(issuer.all_calls(), 1, "nothing but the document was fetched");
    }
}

#[actix_web::test]
async fn row_19_a_set_of_empty_keys_is_no_set() {
    for key in [
        json!({"kty": "oct", "kid": "k1", "k": ""}),
        json!({"kty": "RSA", "kid": "k1", "n": "", "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "k1", "n": "AA", "e": ""}),
        json!({"kty": "EC", "crv": "P-256", "kid": "k1", "x": "", "y": ""}),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": " "}),
    ] {
        let issuer = FakeIssuer::start();
        issuer.certs(Reply::json(&json!({"keys": [key]})));
        let app = TestApp::start(&issuer, all).await;
        let answer = app.get("/me", &issuer.sign(&issuer.claims("bob"))).await;
        assert_eq!((answer.status, answer.challenge()), (503, ""), "{key}");
    }
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn row_64_bad_tokens_cost_no_look_at_the_published_set() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let stranger = SigningKey::generate(issuer.key().algorithm());
    let payload = issuer.claims("bob").json().to_string();
    for kid in ["k1", "k1", "k1"] {
        let header = json!({"alg": issuer.key().algorithm().name(), "typ": "JWT", "kid": kid});
        for _ in 0..20 {
            let forged = stranger.sign(&header, payload.as_bytes());
            assert_eq!(app.get("/me", &forged).await.status, 401);
        }
    }
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
    assert_eq!(issuer.certs_calls(), 1, "fetched and read at the start alone");
}

#[actix_web::test]
async fn row_59_the_first_tokens_of_a_new_key_come_at_once_and_all_get_in() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let newer = SigningKey::generate(rbac_core::Algorithm::Es256).key_id("k2");
    let published = Reply::json(&jwk_set([issuer.key(), &newer]));
    issuer.certs(published.after(std::time::Duration::from_millis(300)));
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": "k2"});
    let token = newer.sign(&header, issuer.claims("bob").json().to_string().as_bytes());
    let answers = futures_util::future::join_all((0..20).map(|_| app.get("/me", &token))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200; 20]);
    assert_eq!(issuer.certs_calls(), 2);
}

/// Set for the process in which the test below runs again.
const AGAIN: &str = "RBAC_TESTS_BEHIND_A_PROXY";

#[actix_web::test]
async fn an_issuer_on_this_machine_is_asked_directly_whatever_proxy_there_is() {
    if std::env::var_os(AGAIN).is_some() {
        let issuer = FakeIssuer::start();
        let lookup = |name: &str| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned());
        let rbac = rbac_core::Rbac::start(rbac_core::Config::from_vars(lookup).expect("fine")).await;
        let judged = rbac
            .expect("access control")
            .authenticate(&issuer.sign(&issuer.claims("bob")))
            .await;
        assert!(judged.is_ok(), "{judged:?}");
        assert!(issuer.certs_calls() > 0);
        return;
    }
    // Plain `http` is taken on loopback because nobody else hears it. A proxy would.
    let name = "issuers::an_issuer_on_this_machine_is_asked_directly_whatever_proxy_there_is";
    let mut again = std::process::Command::new(std::env::current_exe().expect("this program"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    again
        .args(["--exact", name])
        .env(AGAIN, "1")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(variable, &nobody);
    }
    let output = again.output().expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
