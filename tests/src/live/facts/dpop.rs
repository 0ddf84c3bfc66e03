//! Tokens bound to a key of the client (RFC 9449).

use serde_json::{Value, json};

use crate::live::issuer::{BACKEND, BACKEND_SECRET, FRONTEND, Issuer, client, read, unverified_payload};
use crate::live::prover::{Prover, ask, password, present};

pub(super) async fn discovery_names_the_algorithms_of_proofs(issuer: Issuer) {
    let document = issuer.get("/.well-known/openid-configuration").await.body;
    let named = document["dpop_signing_alg_values_supported"]
        .as_array()
        .expect("a list");
    for algorithm in ["ES256", "ES384", "EdDSA", "PS256", "RS256"] {
        assert!(named.contains(&json!(algorithm)), "{algorithm}: {named:?}");
    }
    assert!(
        !named.iter().any(|name| name == "none" || name == "HS256"),
        "{named:?}"
    );
}

pub(super) async fn a_proof_binds_the_tokens_of_a_login_to_its_key(issuer: Issuer) {
    let bob = Prover::default();
    let tokens = bob.login(&issuer, "bob").await;
    assert_eq!(tokens.answer["token_type"], "DPoP");
    let access = unverified_payload(&tokens.access);
    assert_eq!(
        (&access["typ"], &access["cnf"]),
        (&json!("DPoP"), &bob.confirmation())
    );
    let refresh = unverified_payload(&tokens.refresh.expect("a refresh token"));
    assert_eq!(
        (&refresh["typ"], &refresh["cnf"]),
        (&json!("Refresh"), &bob.confirmation())
    );
    let id = unverified_payload(&tokens.id.expect("an ID token"));
    assert_eq!((&id["typ"], &id["cnf"]), (&json!("ID"), &Value::Null));
    let answer = issuer.introspect(&tokens.access).await;
    assert_eq!(
        (&answer["active"], &answer["token_type"]),
        (&json!(true), &json!("DPoP"))
    );
    assert_eq!(
        (&answer["typ"], &answer["cnf"]),
        (&json!("DPoP"), &bob.confirmation())
    );
}

pub(super) async fn a_service_account_holds_a_key_too(issuer: Issuer) {
    let service = Prover::default();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", BACKEND),
        ("client_secret", BACKEND_SECRET),
    ];
    let answer = ask(&issuer, &form, &service.login_proof(&issuer).sign()).await;
    assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("DPoP")));
    let access = unverified_payload(answer.body["access_token"].as_str().expect("a token"));
    assert_eq!(access["cnf"], service.confirmation());
}

pub(super) async fn a_wrong_proof_gets_no_token_and_is_told_why(issuer: Issuer) {
    let (bob, other) = (Prover::default(), Prover::default());
    let good = || bob.login_proof(&issuer);
    let mut private = bob.public_jwk();
    private["d"] = json!("AAAA");
    for (proof, why) in [
        (good().claim("htm", "GET").sign(), "DPoP HTTP method mismatch"),
        (good().claim("htu", issuer.url()).sign(), "DPoP HTTP URL mismatch"),
        (
            good().claim("iat", 1_700_000_000).sign(),
            "DPoP proof is not active",
        ),
        (
            good().claim("iat", 4_000_000_000_u64).sign(),
            "DPoP proof is not active",
        ),
        (
            good().header("typ", "JWT").sign(),
            "Invalid or missing type in DPoP header",
        ),
        (good().header("alg", "none").sign(), "Unsupported DPoP algorithm"),
        (good().header("alg", "HS256").sign(), "Unsupported DPoP algorithm"),
        (good().header("jwk", Value::Null).sign(), "No JWK in DPoP header"),
        (
            good().header("jwk", private).sign(),
            "Private key material must not be present in DPoP JWK",
        ),
        (
            good().header("jwk", other.public_jwk()).sign(),
            "DPoP verification failure",
        ),
        (
            good().claim("jti", Value::Null).sign(),
            "DPoP mandatory claims are missing",
        ),
        (
            good().claim("iat", Value::Null).sign(),
            "DPoP mandatory claims are missing",
        ),
        (
            good().claim("htu", Value::Null).sign(),
            "DPoP mandatory claims are missing",
        ),
        ("x".to_owned(), "DPoP header verification failure"),
        (String::new(), "DPoP proof is missing"),
    ] {
        let answer = ask(&issuer, &password("bob"), &proof).await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!("invalid_request")),
            "{why}"
        );
        let said = answer.body["error_description"].as_str().unwrap_or_default();
        assert!(said.starts_with(why), "{said}, not {why}");
    }
    let request = client()
        .post(issuer.endpoint("token"))
        .header("DPoP", good().sign())
        .header("DPoP", good().sign());
    let two = read(request.form(&password("bob"))).await;
    assert_eq!((two.status, &two.body["error"]), (400, &json!("invalid_request")));
    // The URI in another spelling is the same.
    let query = format!("{}?a=b#c", issuer.endpoint("token")).replacen("http:", "HTTP:", 1);
    let answer = ask(&issuer, &password("bob"), &good().claim("htu", query).sign()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

pub(super) async fn a_proof_gets_tokens_once(issuer: Issuer) {
    let proof = Prover::default().login_proof(&issuer).sign();
    assert_eq!(ask(&issuer, &password("bob"), &proof).await.status, 200);
    let again = ask(&issuer, &password("bob"), &proof).await;
    assert_eq!(
        (again.status, &again.body["error_description"]),
        (400, &json!("DPoP proof has already been used"))
    );
}

pub(super) async fn a_refresh_token_of_a_public_client_stays_with_its_key(issuer: Issuer) {
    let (bob, thief) = (Prover::default(), Prover::default());
    let refresh = bob.login(&issuer, "bob").await.refresh.expect("a refresh token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", FRONTEND),
        ("refresh_token", &refresh),
    ];
    let refused = |answer: crate::live::issuer::Answer, why: &str| {
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!("invalid_grant"))
        );
        assert_eq!(answer.body["error_description"], why);
    };
    refused(issuer.post("token", &form).await, "DPoP proof is missing");
    let theirs = ask(&issuer, &form, &thief.login_proof(&issuer).sign()).await;
    refused(theirs, "DPoP confirmation doesn't match DPoP proof");
    let answer = ask(&issuer, &form, &bob.login_proof(&issuer).sign()).await;
    assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("DPoP")));
    let access = unverified_payload(answer.body["access_token"].as_str().expect("a token"));
    assert_eq!(access["cnf"], bob.confirmation());
}

pub(super) async fn a_refresh_token_of_a_confidential_client_goes_with_its_secret(issuer: Issuer) {
    let bob = Prover::default();
    let mut login = password("bob").to_vec();
    login[1].1 = BACKEND.to_owned();
    login.push(("client_secret", BACKEND_SECRET.to_owned()));
    let answer = ask(&issuer, &login, &bob.login_proof(&issuer).sign()).await;
    assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("DPoP")));
    let refresh = answer.body["refresh_token"].as_str().expect("a refresh token");
    assert_eq!(unverified_payload(refresh)["cnf"], Value::Null);
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", BACKEND),
        ("client_secret", BACKEND_SECRET),
        ("refresh_token", refresh),
    ];
    let plain = issuer.post("token", &form).await;
    assert_eq!((plain.status, &plain.body["token_type"]), (200, &json!("Bearer")));
}

pub(super) async fn userinfo_takes_a_bound_token_with_its_proof_alone(issuer: Issuer) {
    let (bob, thief) = (Prover::default(), Prover::default());
    let token = bob.login(&issuer, "bob").await.access;
    let url = issuer.endpoint("userinfo");
    let proof = |prover: &Prover| prover.proof("GET", &url).access_token(&token).sign();
    let good = proof(&bob);
    let answer = present(&url, &token, &good).await;
    assert_eq!(
        (answer.status, &answer.body["preferred_username"]),
        (200, &json!("bob"))
    );
    for (what, proof) in [
        ("replayed", good),
        ("by another key", proof(&thief)),
        ("for no token", bob.proof("GET", &url).sign()),
        ("missing", String::new()),
    ] {
        let answer = present(&url, &token, &proof).await;
        let challenge = answer.headers["www-authenticate"].to_str().expect("a challenge");
        assert_eq!(answer.status, 401, "{what}");
        assert!(challenge.starts_with("DPoP algs=") && challenge.contains(r#"error="invalid_token""#));
    }
    let bearer = read(client().get(&url).bearer_auth(&token)).await;
    let challenge = bearer.headers["www-authenticate"].to_str().expect("a challenge");
    assert_eq!(bearer.status, 401);
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    let free = issuer.login("bob").await.access;
    let unbound = bob.proof("GET", &url).access_token(&free).sign();
    assert_eq!(present(&url, &free, &unbound).await.status, 401);
}
