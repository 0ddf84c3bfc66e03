//! The issuer's keys: rotation, trouble, and what strangers can make us fetch.

use rbac_core::Algorithm;
use rbac_core::Readiness;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

fn signed_by(key: &SigningKey, kid: &str, issuer: &FakeIssuer) -> String {
    let header = json!({"alg": key.algorithm().name(), "typ": "JWT", "kid": kid});
    key.sign(&header, issuer.claims("bob").json().to_string().as_bytes())
}

#[actix_web::test]
async fn a_new_key_works_with_its_first_token_and_the_old_one_until_it_is_withdrawn() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let old = issuer.sign(&issuer.claims("bob"));
    assert_eq!(app.get("/me", &old).await.status, 200);
    let newer = SigningKey::generate(Algorithm::Es256).key_id("k2");
    issuer.certs(Reply::json(&jwk_set([issuer.key(), &newer])));
    assert_eq!(
        app.get("/me", &signed_by(&newer, "k2", &issuer)).await.status,
        200
    );
    assert_eq!(app.get("/me", &old).await.status, 200);
    assert_eq!(issuer.certs_calls(), 2);
}

#[actix_web::test]
async fn row_59_a_withdrawn_key_stops_working_when_the_set_is_replaced() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let old = issuer.sign(&issuer.claims("bob"));
    let newer = SigningKey::generate(Algorithm::Es256).key_id("k2");
    issuer.certs(Reply::json(&jwk_set([&newer])));
    assert_eq!(
        app.get("/me", &signed_by(&newer, "k2", &issuer)).await.status,
        200
    );
    assert_eq!(app.get("/me", &old).await.status, 401);
}

#[actix_web::test]
async fn row_61_a_flood_of_made_up_key_ids_costs_one_fetch() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let stranger = SigningKey::generate(Algorithm::Es256);
    for number in 0..50 {
        let token = signed_by(&stranger, &format!("made-up-{number}"), &issuer);
        assert_eq!(app.get("/me", &token).await.status, 401);
    }
    assert_eq!(
        issuer.certs_calls(),
        2,
        "one at the start, one for the first stranger"
    );
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
}

#[actix_web::test]
async fn row_62_bad_answers_keep_the_last_good_set() {
    for bad in [
        Reply::raw(200, "text/html", "<html>login</html>"),
        Reply::raw(204, "application/json", ""),
        Reply::raw(302, "application/json", ""),
        Reply::json(&json!({"keys": []})),
        Reply::raw(
            200,
            "application/json",
            format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(300_000)),
        ),
        Reply::raw(500, "application/json", "{}"),
    ] {
        let issuer = FakeIssuer::start();
        let app = TestApp::start(&issuer, all).await;
        issuer.certs(bad.clone());
        let stranger = SigningKey::generate(Algorithm::Es256);
        assert_eq!(
            app.get("/me", &signed_by(&stranger, "k2", &issuer)).await.status,
            401,
            "{bad:?}"
        );
        assert_eq!(issuer.certs_calls(), 2, "{bad:?}");
        assert_eq!(
            app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
            200,
            "{bad:?}"
        );
    }
}

#[actix_web::test]
async fn row_97_an_issuer_that_is_down_at_the_start_is_no_reason_not_to_start() {
    let issuer = FakeIssuer::start();
    let good = jwk_set([issuer.key()]);
    issuer.certs(Reply::raw(503, "text/plain", "starting"));
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("bob"));
    assert_eq!(app.get("/me", &token).await.status, 503);
    assert!(matches!(app.rbac.readiness().await, Readiness::NotReady(_)));
    assert_eq!(app.call("GET", "/open", &[], None).await.status, 200);
    issuer.certs(Reply::json(&good));
    // The wait between two attempts is part of the behaviour: ask until the issuer was asked again.
    while app.rbac.readiness().await != Readiness::Ready {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.get("/me", &token).await.status, 200);
}

#[actix_web::test]
async fn row_65_an_issuer_that_contradicts_the_configuration_stops_the_start() {
    let elsewhere = "https://elsewhere.example.com/certs";
    let beside = |issuer: &FakeIssuer| issuer.url().replace("/realms/myapp", "/realms/other/certs");
    for broken in [
        |issuer: &FakeIssuer, _: &str, _: &str| json!({"issuer": format!("{}/", issuer.url()), "jwks_uri": issuer.url()}),
        |issuer: &FakeIssuer, elsewhere: &str, _: &str| json!({"issuer": issuer.url(), "jwks_uri": elsewhere}),
        |issuer: &FakeIssuer, _: &str, beside: &str| json!({"issuer": issuer.url(), "jwks_uri": beside}),
        |issuer: &FakeIssuer, _: &str, _: &str| json!({"issuer": issuer.url()}),
        |issuer: &FakeIssuer, _: &str, _: &str| json!({"jwks_uri": format!("{}/certs", issuer.url())}),
    ] {
        let issuer = FakeIssuer::start();
        let document = broken(&issuer, elsewhere, &beside(&issuer));
        issuer.discovery(Reply::json(&document));
        let config = rbac_core::Config::from_vars(|name| {
            (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned())
        });
        let started = rbac_core::Rbac::start(config.expect("fine")).await;
        assert!(started.is_err(), "{document}");
    }
}

#[actix_web::test]
async fn a_key_for_encryption_beside_the_signing_key_breaks_nothing_and_opens_nothing() {
    let issuer = FakeIssuer::start();
    let other = SigningKey::generate(Algorithm::Rs256).key_id("enc");
    let mut enc = other.public_jwk();
    (enc["use"], enc["alg"]) = (json!("enc"), json!("RSA-OAEP"));
    issuer.certs(Reply::json(
        &json!({"keys": [enc, {"kty": "AKP", "alg": "ML-DSA-65"}, issuer.key().public_jwk()]}),
    ));
    let app = TestApp::start(&issuer, all).await;
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
    assert_eq!(
        app.get("/me", &signed_by(&other, "enc", &issuer)).await.status,
        401
    );
}

#[actix_web::test]
async fn each_algorithm_of_the_contract_works_when_it_is_allowed_and_only_then() {
    for algorithm in Algorithm::ALL {
        let issuer = FakeIssuer::start_with(SigningKey::generate(algorithm).key_id("k1"));
        let token = issuer.sign(&issuer.claims("bob"));
        let app = TestApp::start_with(&issuer, &[("KEYCLOAK_ALGORITHMS", algorithm.name())], all).await;
        assert_eq!(app.get("/me", &token).await.status, 200, "{algorithm}");
        let others: Vec<&str> = Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .map(Algorithm::name)
            .collect();
        let app = TestApp::start_with(&issuer, &[("KEYCLOAK_ALGORITHMS", &others.join(","))], all).await;
        assert_eq!(app.get("/me", &token).await.status, 401, "{algorithm}");
    }
}

#[actix_web::test]
async fn an_internal_address_may_call_itself_by_its_own_name_but_tokens_may_not() {
    let issuer = FakeIssuer::start();
    let public = "https://sso.example.com/realms/myapp";
    let vars = [
        ("KEYCLOAK_ISSUER_URL", public),
        ("KEYCLOAK_INTERNAL_URL", issuer.url()),
    ];
    let lookup = |name: &str| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let config = rbac_core::Config::from_vars(lookup).expect("fine");
    let app = TestApp::start_configured(config, all).await;
    let claims = issuer.claims("bob");
    assert_eq!(
        app.get("/me", &issuer.sign(&claims.clone().with("iss", public)))
            .await
            .status,
        200
    );
    assert_eq!(app.get("/me", &issuer.sign(&claims)).await.status, 401);
}
