//! Row 50 and its like: stolen tokens and stolen proofs.

use rbac_core::testing::ProofBuilder;
use rbac_core::testing::signing::SigningKey;
use rbac_core::{Algorithm, Thumbprint};
use rbac_tests::{FakeIssuer, Holder, TestApp, present};
use serde_json::{Value, json};

use crate::handlers::all;

struct Scene {
    app: TestApp,
    bob: Holder,
    issuer: FakeIssuer,
    /// Bob's token, bound to his key.
    token: String,
}

async fn scene(vars: &[(&str, &str)]) -> Scene {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let claims = issuer.claims("bob").roles(&["data:read", "data:write"]);
    let token = issuer.sign(&bob.bind(claims.departments(&["finance"])));
    let app = TestApp::start_with(&issuer, vars, all).await;
    Scene {
        app,
        bob,
        issuer,
        token,
    }
}

impl Scene {
    async fn status(&self, headers: &[(&str, &str)]) -> u16 {
        let headers: Vec<(&str, &[u8])> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        self.app.call("GET", "/me", &headers, None).await.status
    }

    fn proof(&self) -> ProofBuilder {
        self.bob.proof(&self.app, "GET", "/me", &self.token)
    }

    async fn with_proof(&self, proof: &str) -> u16 {
        present(&self.app, "GET", "/me", &self.token, proof).await.status
    }

    /// The control: the owner is let in.
    async fn let_bob_in(&self) {
        assert_eq!(self.with_proof(&self.proof().sign()).await, 200);
    }
}

#[actix_web::test]
async fn row_50_a_stolen_token_is_of_no_use_without_its_key() {
    let scene = scene(&[]).await;
    // First the owner, so that whatever is remembered of the token is there.
    scene.let_bob_in().await;
    let (bearer, dpop) = (format!("Bearer {}", scene.token), format!("DPoP {}", scene.token));
    let good = scene.proof().sign();
    // As a bearer token, with or without a proof beside it.
    assert_eq!(scene.status(&[("Authorization", &bearer)]).await, 401);
    assert_eq!(
        scene.status(&[("Authorization", &bearer), ("DPoP", &good)]).await,
        401
    );
    // With the scheme and no proof, an empty one, or the token itself for one.
    assert_eq!(scene.status(&[("Authorization", &dpop)]).await, 401);
    for proof in ["", "x", "a.b.c", &scene.token] {
        assert_eq!(scene.with_proof(proof).await, 401, "{proof}");
    }
    // With both schemes.
    let both = [
        ("Authorization", bearer.as_str()),
        ("Authorization", &dpop),
        ("DPoP", &good),
    ];
    assert_eq!(scene.status(&both).await, 400);
    // By a key of the thief's own, named as such or as Bob's.
    let thief = Holder::default();
    let theirs = thief.proof(&scene.app, "GET", "/me", &scene.token);
    assert_eq!(scene.with_proof(&theirs.sign()).await, 401);
    let named = theirs.header("jwk", scene.bob.key().public_jwk()).sign();
    assert_eq!(scene.with_proof(&named).await, 401);
    scene.let_bob_in().await;
}

#[actix_web::test]
async fn row_50_a_bound_token_is_no_cookie_and_no_websocket_protocol() {
    let scene = scene(&[]).await;
    let issuer = scene.issuer.url().to_owned();
    let config = rbac_core::Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.clone()));
    let config = config
        .expect("fine")
        .token_cookie("token")
        .token_in_websocket_protocol();
    let app = TestApp::start_configured(config, all).await;
    let free = scene.issuer.sign(&scene.issuer.claims("bob"));
    let proof = scene.bob.proof(&app, "GET", "/me", &scene.token).sign();
    for (token, status) in [(&free, 200), (&scene.token, 401)] {
        let cookie = format!("token={token}");
        let protocol = format!("chat, bearer, {token}");
        for place in [
            ("Cookie", cookie.as_bytes()),
            ("Sec-WebSocket-Protocol", protocol.as_bytes()),
        ] {
            let headers: [(&str, &[u8]); 2] = [place, ("DPoP", proof.as_bytes())];
            assert_eq!(
                app.call("GET", "/me", &headers, None).await.status,
                status,
                "{place:?}"
            );
        }
    }
}

#[actix_web::test]
async fn a_proof_is_for_one_request_and_one_token() {
    let scene = scene(&[]).await;
    scene.let_bob_in().await;
    let another = scene
        .issuer
        .sign(&scene.bob.bind(scene.issuer.claims("bob").with("jti", "another")));
    let address = scene.app.address();
    for (what, proof) in [
        ("method", scene.bob.proof(&scene.app, "POST", "/me", &scene.token)),
        (
            "method in lower case",
            scene.bob.proof(&scene.app, "get", "/me", &scene.token),
        ),
        ("path", scene.bob.proof(&scene.app, "GET", "/read", &scene.token)),
        ("token", scene.bob.proof(&scene.app, "GET", "/me", &another)),
        ("no token", scene.proof().claim("ath", Value::Null)),
        (
            "scheme",
            scene.proof().claim("htu", format!("https://{address}/me")),
        ),
        ("host", scene.proof().claim("htu", "http://other.example/me")),
        ("port", scene.proof().claim("htu", "http://127.0.0.1/me")),
        (
            "a user before the host",
            scene
                .proof()
                .claim("htu", format!("http://127.0.0.1@{address}/me")),
        ),
        (
            "an age of five minutes",
            scene.proof().claim("iat", 1_700_000_000),
        ),
        ("a future", scene.proof().claim("iat", 4_000_000_000_u64)),
        ("no jti", scene.proof().claim("jti", Value::Null)),
        ("an endless jti", scene.proof().claim("jti", "a".repeat(4_000))),
    ] {
        assert_eq!(scene.with_proof(&proof.sign()).await, 401, "{what}");
    }
    scene.let_bob_in().await;
}

#[actix_web::test]
async fn a_proof_is_used_once_also_when_many_try_at_the_same_time() {
    let scene = scene(&[]).await;
    let proof = scene.proof().sign();
    let all = (0..40).map(|_| scene.with_proof(&proof));
    let statuses = futures_util::future::join_all(all).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 39);
    // The same `jti` in another proof is the same proof; another one is not.
    let with_jti = |jti: &str| scene.proof().claim("jti", jti).sign();
    assert_eq!(scene.with_proof(&with_jti("a")).await, 200);
    assert_eq!(scene.with_proof(&with_jti("a")).await, 401);
    assert_eq!(scene.with_proof(&with_jti("b")).await, 200);
}

#[actix_web::test]
async fn two_proofs_are_none() {
    let scene = scene(&[]).await;
    scene.let_bob_in().await;
    let (one, two) = (scene.proof().sign(), scene.proof().sign());
    let dpop = format!("DPoP {}", scene.token);
    let headers = [("Authorization", dpop.as_str()), ("DPoP", &one), ("DPoP", &two)];
    assert_eq!(scene.status(&headers).await, 401);
    let list = format!("{one}, {two}");
    assert_eq!(scene.with_proof(&list).await, 401);
    assert_eq!(scene.with_proof(&format!("{one}\u{e9}")).await, 401);
    // Neither was used up by that.
    assert_eq!(scene.with_proof(&one).await, 200);
}

#[actix_web::test]
async fn rows_17_18_22_25_a_proof_is_signed_by_the_public_key_in_it() {
    let scene = scene(&[]).await;
    let with = |name: &str, value: Value| scene.proof().header(name, value).sign();
    let calls = scene.issuer.all_calls();
    let mut private = scene.bob.key().public_jwk();
    private["d"] = json!("AAAA");
    for (what, proof) in [
        ("none", with("alg", json!("none"))),
        ("HS256", with("alg", json!("HS256"))),
        ("another type", with("typ", json!("JWT"))),
        ("crit", with("crit", json!(["exp"]))),
        ("no key", with("jwk", Value::Null)),
        ("a private key", with("jwk", private)),
        ("a shared key", with("jwk", json!({"kty": "oct", "k": "AAAA"}))),
        (
            "an address of a key",
            scene
                .proof()
                .header(
                    "jku",
                    format!("{}/protocol/openid-connect/certs", scene.issuer.url()),
                )
                .header("jwk", Value::Null)
                .sign(),
        ),
        (
            "no signature",
            scene
                .proof()
                .sign()
                .rsplit_once('.')
                .map(|(head, _)| format!("{head}."))
                .expect("parts"),
        ),
    ] {
        assert_eq!(scene.with_proof(&proof).await, 401, "{what}");
    }
    assert_eq!(scene.issuer.all_calls(), calls, "nothing was fetched");
    scene.let_bob_in().await;
}

#[actix_web::test]
async fn row_50_what_a_token_is_bound_to_is_understood_or_nobody_has_it() {
    let scene = scene(&[]).await;
    let jkt = scene.bob.key().thumbprint().to_string();
    let other = Thumbprint::parse("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").expect("one");
    for cnf in [
        json!({}),
        json!(null),
        json!([]),
        json!(jkt),
        json!({"jkt": other.to_string()}),
        json!({"jkt": format!("{jkt}=")}),
        json!({"jkt": [jkt]}),
        json!({"jkt": jkt, "kid": "k1"}),
        json!({"jkt": jkt, "x5t#S256": other.to_string()}),
        json!({"jwk": scene.bob.key().public_jwk()}),
        json!({"kid": "k1"}),
        json!({"jkt": jkt, "kc-jkt-type": "other"}),
    ] {
        let claims = scene.issuer.claims("bob").with("cnf", cnf.clone());
        let token = scene.issuer.sign(&claims);
        assert_eq!(scene.app.get("/me", &token).await.status, 401, "{cnf}");
        assert_eq!(
            scene.bob.get(&scene.app, "/me", &token).await.status,
            401,
            "{cnf}"
        );
    }
    scene.let_bob_in().await;
}

#[actix_web::test]
async fn row_89_what_a_proxy_says_of_the_address_is_not_believed() {
    let scene = scene(&[]).await;
    let dpop = format!("DPoP {}", scene.token);
    let elsewhere = scene.proof().claim("htu", "https://other.example/me").sign();
    let forwarded = [
        ("Authorization", dpop.as_str()),
        ("DPoP", &elsewhere),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "other.example"),
        ("Forwarded", "proto=https;host=other.example"),
        ("X-Original-URL", "https://other.example/me"),
    ];
    assert_eq!(scene.status(&forwarded).await, 401);
    let here = scene.proof().sign();
    let mut headers = forwarded;
    headers[1].1 = &here;
    assert_eq!(
        scene.status(&headers).await,
        200,
        "nor does it spoil a good proof"
    );
}

#[actix_web::test]
async fn row_79_an_absolute_target_is_the_uri_that_counts() {
    let scene = scene(&[]).await;
    let raw = |target: &str, hosts: &str, proof: &str| {
        let token = &scene.token;
        format!(
            "GET {target} HTTP/1.1\r\n{hosts}Authorization: DPoP {token}\r\nDPoP: {proof}\r\nConnection: close\r\n\r\n"
        )
    };
    let address = scene.app.address();
    for (target, hosts, htu, status) in [
        (
            "/me",
            format!("Host: {address}\r\n"),
            format!("http://{address}/me"),
            200,
        ),
        (
            &format!("http://{address}/me"),
            "Host: other\r\n".to_owned(),
            format!("http://{address}/me"),
            200,
        ),
        (
            &format!("http://{address}/me"),
            "Host: other\r\n".to_owned(),
            "http://other/me".to_owned(),
            401,
        ),
        ("/me", String::new(), format!("http://{address}/me"), 400),
        ("/me", "Host: a/b\r\n".to_owned(), "http://a/b/me".to_owned(), 401),
        ("/me", "Host: u@a\r\n".to_owned(), "http://u@a/me".to_owned(), 401),
    ] {
        let proof = scene.proof().claim("htu", htu.as_str()).sign();
        let answer = scene.app.send_raw(raw(target, &hosts, &proof).as_bytes()).await;
        assert_eq!(answer.status, status, "{target} {hosts} {htu}");
    }
    let twice = format!("Host: {address}\r\nHost: {address}\r\n");
    let answer = scene
        .app
        .send_raw(raw("/me", &twice, &scene.proof().sign()).as_bytes())
        .await;
    assert!(matches!(answer.status, 400 | 401), "{}", answer.status);
}

#[actix_web::test]
async fn a_host_that_a_caller_makes_up_does_not_count_beside_the_public_url() {
    let scene = scene(&[("RBAC_PUBLIC_URL", "https://api.example.com")]).await;
    let dpop = format!("DPoP {}", scene.token);
    let elsewhere = scene.proof().claim("htu", "http://other.example/me").sign();
    let headers = [
        ("Authorization", dpop.as_str()),
        ("DPoP", &elsewhere),
        ("Host", "other.example"),
    ];
    assert_eq!(scene.status(&headers).await, 401);
    let here = scene.proof().claim("htu", "https://api.example.com/me").sign();
    let mut headers = headers;
    headers[1].1 = &here;
    assert_eq!(scene.status(&headers).await, 200);
}

#[actix_web::test]
async fn a_proof_with_any_byte_changed_is_none() {
    let scene = scene(&[]).await;
    let proof = scene.proof().sign();
    for at in (0..proof.len()).step_by(7) {
        let old = proof.as_bytes()[at];
        for new in [b'A', b'.', b'-', b'='] {
            if old == new {
                continue;
            }
            let mut changed = proof.clone().into_bytes();
            changed[at] = new;
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(scene.with_proof(&changed).await, 401, "{at} {}", char::from(new));
        }
    }
    assert_eq!(scene.with_proof(&proof).await, 200, "the original");
}

#[actix_web::test]
async fn row_102_proofs_of_strangers_cost_no_memory() {
    // Room for a handful: if strangers' proofs were remembered, Bob would find it full.
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let config =
        rbac_core::Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let config = config.expect("fine").remembered_dpop_proofs(3);
    let app = TestApp::start_configured(config, all).await;
    let stranger = Holder::with(Algorithm::EdDsa);
    let token = issuer.sign(&bob.bind(issuer.claims("bob")));
    let made_up = SigningKey::generate(Algorithm::Es256).sign(&json!({"alg": "ES256"}), b"{}");
    for _ in 0..10 {
        assert_eq!(stranger.get(&app, "/me", &token).await.status, 401);
        assert_eq!(stranger.get(&app, "/me", &made_up).await.status, 401);
        let wrong = bob.proof(&app, "PUT", "/me", &token).sign();
        assert_eq!(present(&app, "GET", "/me", &token, &wrong).await.status, 401);
    }
    for _ in 0..3 {
        assert_eq!(bob.get(&app, "/me", &token).await.status, 200);
    }
}
