//! Section C: the network between us and the keys, and the time that passes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rbac_core::clock::{Clock, ManualClock, SystemClock};
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::{Algorithm, Config, Rbac};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;
use crate::rough::{Manner, RoughIssuer};

const BAD: [Manner; 6] = [
    Manner::Drip,
    Manner::Reset,
    Manner::Silent,
    Manner::Short,
    Manner::Bomb,
    Manner::Endless,
];
/// What no bounded wait reaches, also on a busy machine.
const FAR_TOO_LONG: Duration = Duration::from_secs(20);

fn config(issuer: &str) -> Config {
    Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.to_owned())).expect("fine")
}

#[actix_web::test]
async fn rows_62_63_trouble_on_the_wire_keeps_the_last_good_set() {
    for manner in BAD {
        let issuer = RoughIssuer::start(Manner::Good).await;
        let app = TestApp::start_configured(config(&issuer.url), all).await;
        issuer.set(manner);
        let began = Instant::now();
        assert_eq!(
            app.get("/me", &issuer.sign("unknown")).await.status,
            401,
            "{manner:?}"
        );
        assert!(began.elapsed() < FAR_TOO_LONG, "{manner:?}");
        // What the sockets of both sides hold may be on its way beyond the limit.
        let poured = issuer.poured();
        assert!(poured < 16 * 1024 * 1024, "{poured} bytes");
        assert_eq!(app.get("/me", &issuer.sign("k1")).await.status, 200, "{manner:?}");
    }
}

#[actix_web::test]
async fn rows_62_63_without_any_keys_there_is_no_answer_within_the_deadline() {
    for manner in BAD {
        let issuer = RoughIssuer::start(manner).await;
        let began = Instant::now();
        let app = TestApp::start_configured(config(&issuer.url), all).await;
        let answer = app.get("/me", &issuer.sign("k1")).await;
        assert_eq!((answer.status, answer.challenge()), (503, ""), "{manner:?}");
        assert!(answer.header("retry-after").is_some(), "{manner:?}");
        assert!(began.elapsed() < FAR_TOO_LONG, "{manner:?}");
        assert_eq!(app.call("GET", "/open", &[], None).await.status, 200);
    }
}

#[actix_web::test]
async fn row_63_a_server_that_speaks_no_tls_gets_no_trust() {
    let issuer = RoughIssuer::start(Manner::Good).await;
    let secure = issuer.url.replace("http://", "https://");
    let app = TestApp::start_configured(config(&secure), all).await;
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": "k1"});
    let key = SigningKey::generate(Algorithm::Es256);
    let claims = issuer.claims().with("iss", secure.as_str()).json();
    let token = key.sign(&header, claims.to_string().as_bytes());
    assert_eq!(app.get("/me", &token).await.status, 503);
}

/// A key with the issuer's name for its own, and the tokens of both.
struct Renewed {
    issuer: FakeIssuer,
    clock: Arc<ManualClock>,
    app: TestApp,
    old: String,
    new: String,
}

async fn renewed() -> Renewed {
    let issuer = FakeIssuer::start();
    let clock = Arc::new(ManualClock::at(SystemClock.unix_now()));
    let builder = Rbac::builder(config(issuer.url())).clock(Arc::clone(&clock));
    let app = TestApp::start_built(builder, all).await;
    let claims = issuer.claims("bob").with("exp", SystemClock.unix_now() + 100_000);
    let newer = SigningKey::generate(Algorithm::Rs256).key_id("k1");
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "k1"});
    let (old, new) = (
        issuer.sign(&claims),
        newer.sign(&header, claims.json().to_string().as_bytes()),
    );
    issuer.certs(Reply::json(&jwk_set([&newer])));
    Renewed {
        issuer,
        clock,
        app,
        old,
        new,
    }
}

#[actix_web::test]
async fn row_60_new_material_under_a_known_key_id_is_picked_up_in_time() {
    let Renewed {
        issuer,
        clock,
        app,
        old,
        new,
    } = renewed().await;
    assert_eq!(app.get("/me", &old).await.status, 200);
    assert_eq!(
        app.get("/me", &new).await.status,
        401,
        "the id is known, so nothing is fetched"
    );
    assert_eq!(issuer.certs_calls(), 1);
    clock.advance(Duration::from_secs(300));
    assert_eq!(app.get("/me", &new).await.status, 200);
    assert_eq!(app.get("/me", &old).await.status, 401, "replaced, not merged");
    assert_eq!(issuer.certs_calls(), 2);
}

#[actix_web::test]
async fn row_96_a_wall_clock_that_is_set_moves_no_cache() {
    let Renewed {
        issuer,
        clock,
        app,
        old,
        ..
    } = renewed().await;
    clock.set_unix(SystemClock.unix_now() + 3_600);
    assert_eq!(app.get("/me", &old).await.status, 200);
    assert_eq!(
        issuer.certs_calls(),
        1,
        "an hour by the wall clock is no time at all"
    );
    clock.set_unix(0);
    assert_eq!(
        app.get("/me", &old).await.status,
        401,
        "before 1970 every token is from the future"
    );
}

#[actix_web::test]
async fn row_98_an_issuer_that_stays_down_is_believed_for_hours_and_no_longer() {
    let Renewed {
        issuer,
        clock,
        app,
        old,
        ..
    } = renewed().await;
    issuer.certs(Reply::raw(503, "text/plain", "down"));
    for _ in 0..5 {
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(app.get("/me", &old).await.status, 200);
    }
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(app.get("/me", &old).await.status, 503);
}
