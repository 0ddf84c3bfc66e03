//! Many requests, good and bad, with everything that is logged at TRACE.

use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_tests::{Claims, FakeIssuer, Holder, Reply, TestApp, present};
use serde_json::json;
use std::time::Duration;

use crate::capture;
use crate::handlers::all;

/// A client secret with characters that have other spellings in a form and in Basic credentials.
const SECRET: &str = "canary&secret%of=the+client/0123456789";

/// What must be found nowhere.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    /// A token: whole, its payload and its signature, also cut short.
    fn token(&mut self, token: &str) {
        self.0.push(token.to_owned());
        for part in token.split('.').skip(1).filter(|part| part.len() > 40) {
            self.0
                .extend([&part[..32], &part[part.len() - 32..]].map(str::to_owned));
        }
    }

    fn client_secret(&mut self) {
        use base64::Engine as _;
        let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("myapp-backend:{encoded}"));
        self.0.extend([SECRET.to_owned(), encoded, basic]);
    }

    fn assert_not_in(&self, what: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret), "{what} shows a secret: {text}");
        }
    }
}

fn active(claims: &Claims) -> Reply {
    let mut members = claims.json();
    members["active"] = json!(true);
    Reply::json(&members)
}

/// All kinds of calls, each token among the secrets; what came back, as text.
async fn calls(app: &TestApp, issuer: &FakeIssuer, secrets: &mut Secrets) -> String {
    let stranger = SigningKey::generate(issuer.key().algorithm());
    let good = issuer
        .claims("bob")
        .roles(&["data:read"])
        .departments(&["finance"]);
    let payload = good.json().to_string();
    let header = |kid: &str| json!({"alg": issuer.key().algorithm().name(), "typ": "JWT", "kid": kid});
    let tokens = [
        issuer.sign(&good),
        issuer.sign(&issuer.claims("carol")),
        issuer.sign(&good.clone().with("exp", 1_000)),
        issuer.sign(&good.clone().with("typ", "ID")),
        issuer.sign(&good.clone().with("aud", "account")),
        stranger.sign(&header("k1"), payload.as_bytes()),
        stranger.sign(&header("unknown"), payload.as_bytes()),
        format!("{}~{}", issuer.sign(&good), "x".repeat(9_000)),
        "canary-of-an-opaque-token-0123456789".to_owned(),
        stranger.sign_text("canary: no JSON", payload.as_bytes()),
        issuer.key().sign(
            &header("k1"),
            br#"{"canary": "a payload that is cut off within its text"#,
        ),
    ];
    let mut shown = String::new();
    for token in &tokens {
        secrets.token(token);
        for path in [
            "/me",
            "/departments/finance",
            "/departments/hr",
            "/fresh",
            "/plain",
        ] {
            shown += &format!("{:?}", app.get(path, token).await);
        }
        shown += &format!("{:?}", app.post("/reports", token, "not json").await);
        let elsewhere = format!("/me?access_token={token}");
        shown += &format!("{:?}", app.get(&elsewhere, token).await);
        let broken = format!("Bearer {token} {token}");
        let headers: [(&str, &[u8]); 1] = [("Authorization", broken.as_bytes())];
        shown += &format!("{:?}", app.call("GET", "/me", &headers, None).await);
        let cookie = format!("token={token}");
        let headers: [(&str, &[u8]); 1] = [("Cookie", cookie.as_bytes())];
        shown += &format!("{:?}", app.call("GET", "/me", &headers, None).await);
    }
    shown += &bound_calls(app, issuer, secrets).await;
    shown + &format!("{:?}", app.decisions())
}

/// Tokens bound to a key, with proofs that are good, used before, somebody else's or none; each among the secrets.
async fn bound_calls(app: &TestApp, issuer: &FakeIssuer, secrets: &mut Secrets) -> String {
    let (bob, thief) = (Holder::default(), Holder::default());
    let token = issuer.sign(&bob.bind(issuer.claims("bob").roles(&["data:read"])));
    secrets.token(&token);
    let proof = |holder: &Holder| holder.proof(app, "GET", "/me", &token).sign();
    let good = proof(&bob);
    let mut shown = format!("{:?}", app.get("/me", &token).await);
    for proof in [
        &good,
        &good,
        &proof(&thief),
        &format!("{}~", proof(&bob)),
        "canary-of-a-proof-0123456789",
    ] {
        secrets.token(proof);
        shown += &format!("{:?}", present(app, "GET", "/me", &token, proof).await);
    }
    shown
}

async fn in_mode(issuer: &FakeIssuer, mode: &str) -> TestApp {
    let vars = [
        ("KEYCLOAK_TOKEN_VALIDATION", mode),
        ("KEYCLOAK_CLIENT_SECRET", SECRET),
    ];
    TestApp::start_with(issuer, &vars, all).await
}

#[actix_web::test]
async fn row_104_no_request_leaves_a_token_or_a_secret_behind() {
    capture::start();
    let mut secrets = Secrets::default();
    secrets.client_secret();
    let mut shown = String::new();
    for mode in ["local", "hybrid", "introspection"] {
        let issuer = FakeIssuer::start();
        let app = in_mode(&issuer, mode).await;
        for reply in [
            active(&issuer.claims("bob").roles(&["data:read"])),
            Reply::json(&json!({"active": false})),
            Reply::raw(401, "application/json", r#"{"error":"invalid_client"}"#),
            Reply::raw(500, "text/html", "<html>no</html>"),
            Reply::raw(200, "application/json", "{"),
        ] {
            issuer.introspection(reply);
            shown += &calls(&app, &issuer, &mut secrets).await;
        }
        shown += &format!(
            "{:?} {:?} {:?}",
            app.rbac,
            app.rbac.config(),
            app.rbac.readiness().await
        );
    }
    // An issuer that is too slow, and one whose keys are of no use.
    let issuer = FakeIssuer::start();
    let app = in_mode(&issuer, "introspection").await;
    issuer.introspection(active(&issuer.claims("bob")).after(Duration::from_secs(3)));
    let token = issuer.sign(&issuer.claims("bob"));
    secrets.token(&token);
    let late = app.get("/me", &token).await;
    assert_eq!(late.status, 503);
    shown += &format!("{late:?}");

    secrets.assert_not_in("an answer or a decision", &shown);
    let lines = capture::lines();
    for line in &lines {
        // The client that sends these requests, and the issuer that gets them, are the test's own.
        secrets.assert_not_in(&line.target, &line.text);
        assert_ne!(line.target, "panic", "{}", line.text);
    }
    let logged = |target: &str| {
        lines
            .iter()
            .filter(|line| line.target.starts_with(target))
            .count()
    };
    assert!(logged("rbac_core") > 100, "the decisions are logged");
    assert!(lines.len() > logged("rbac_core"), "other crates are heard too");
}

#[actix_web::test]
async fn row_55_a_published_private_key_is_reported_and_not_shown() {
    capture::start();
    let issuer = FakeIssuer::start();
    let mut leaked = SigningKey::generate(rbac_core::Algorithm::EdDsa)
        .key_id("leaked")
        .public_jwk();
    leaked["d"] = json!("canary-of-a-private-key-AAAAAAAAAAAAAAAAAAA");
    let symmetric = json!({"kty": "oct", "kid": "shared", "k": "canary-of-a-shared-secret-AAAAAAAA"});
    let mut published = jwk_set([issuer.key()]);
    published["keys"]
        .as_array_mut()
        .expect("a list")
        .extend([leaked, symmetric]);
    issuer.certs(Reply::json(&published));
    let app = TestApp::start(&issuer, all).await;
    assert_eq!(
        app.get("/me", &issuer.sign(&issuer.claims("bob"))).await.status,
        200
    );
    let lines = capture::lines();
    for name in ["leaked", "shared"] {
        let reported =
            |line: &&capture::Line| line.target.starts_with("rbac_core") && line.text.contains(name);
        assert!(lines.iter().any(|line| reported(&line)), "{name} is reported");
    }
    let modulus = issuer.key().public_jwk()["n"].as_str().expect("RSA").to_owned();
    let shows = |secret: &str| lines.iter().any(|line| line.text.contains(secret));
    assert!(!shows("canary-of-a-private") && !shows("canary-of-a-shared") && !shows(&modulus));
}

#[actix_web::test]
async fn the_capture_would_catch_a_secret() {
    capture::start();
    tracing::trace!(token = %"canary-of-the-test-itself", "a fault on purpose");
    assert!(
        capture::lines()
            .iter()
            .any(|line| line.text.contains("canary-of-the-test-itself"))
    );
}
