//! The authorization code grant with PKCE, with the login page filled in as a browser does.

use serde_json::json;
use url::Url;

use crate::live::browser::{Browser, CHALLENGE, VERIFIER, parameter};
use crate::live::issuer::{Answer, FRONTEND, Issuer, unverified_payload};

const REDIRECT: &str = "http://localhost:8080/docs/oauth2-redirect.html";

pub(super) async fn a_login_by_code_and_pkce_gives_tokens_with_the_time_of_login(issuer: Issuer) {
    let answer = exchange(&issuer, &code_of_bob(&issuer).await, VERIFIER).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let access = unverified_payload(answer.body["access_token"].as_str().expect("an access token"));
    let id = unverified_payload(answer.body["id_token"].as_str().expect("an ID token"));
    assert!(
        access["jti"]
            .as_str()
            .is_some_and(|jti| jti.starts_with("onrtac:")),
        "{}",
        access["jti"]
    );
    assert!(access["auth_time"].is_u64() && access["auth_time"] == id["auth_time"]);
    assert_eq!(
        (&access["preferred_username"], &id["nonce"]),
        (&json!("bob"), &json!("n-1"))
    );
    assert!(access["nonce"].is_null());
}

pub(super) async fn a_code_without_its_verifier_is_worth_nothing(issuer: Issuer) {
    let code = code_of_bob(&issuer).await;
    let wrong = exchange(&issuer, &code, &"a".repeat(43)).await;
    assert_eq!(
        (wrong.status, &wrong.body["error"]),
        (400, &json!("invalid_grant"))
    );
    // The failed try has used the code up.
    let late = exchange(&issuer, &code, VERIFIER).await;
    assert_eq!(
        (late.status, &late.body["error_description"]),
        (400, &json!("Code not valid"))
    );
    let code = code_of_bob(&issuer).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", FRONTEND),
        ("code", &code),
        ("redirect_uri", REDIRECT),
    ];
    let without = issuer.post("token", &form).await;
    assert_eq!(
        (without.status, &without.body["error"]),
        (400, &json!("invalid_grant"))
    );
}

pub(super) async fn a_code_used_twice_takes_its_tokens_back(issuer: Issuer) {
    let code = code_of_bob(&issuer).await;
    let first = exchange(&issuer, &code, VERIFIER).await;
    let access = first.body["access_token"].as_str().expect("an access token");
    assert_eq!(issuer.introspect(access).await["active"], true);
    assert_eq!(exchange(&issuer, &code, VERIFIER).await.status, 400);
    assert_eq!(issuer.introspect(access).await, json!({"active": false}));
}

pub(super) async fn a_login_without_pkce_is_sent_back_with_an_error(issuer: Issuer) {
    for (name, value) in [
        ("code_challenge_method", None),
        ("code_challenge", None),
        ("code_challenge_method", Some("plain")),
    ] {
        let answer = open(&issuer, &[(name, value)]).await;
        assert_eq!(answer.status, 302, "{name}");
        assert_eq!(
            parameter(&answer, "error").as_deref(),
            Some("invalid_request"),
            "{name}"
        );
        assert_eq!(parameter(&answer, "state").as_deref(), Some("s-1"), "{name}");
        assert_eq!(parameter(&answer, "code"), None, "{name}");
    }
}

pub(super) async fn a_foreign_redirect_is_refused_without_following_it(issuer: Issuer) {
    for (name, value) in [("redirect_uri", "http://evil.example/"), ("client_id", "nobody")] {
        let answer = open(&issuer, &[(name, Some(value))]).await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(!answer.headers.contains_key("location"), "{name}");
    }
}

async fn exchange(issuer: &Issuer, code: &str, verifier: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", FRONTEND),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", verifier),
    ];
    issuer.post("token", &form).await
}

/// Opens the login page, fills it in for bob, and gives the code that the browser would be sent back with.
async fn code_of_bob(issuer: &Issuer) -> String {
    let mut browser = Browser::default();
    let page = browser.open(login_page(issuer, &[])).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let form = [("username", "bob"), ("password", "bob-pw")];
    let answer = browser.submit(issuer.url(), &page, &form).await;
    assert!(
        matches!(answer.status, 302 | 303),
        "{}: {}",
        answer.status,
        answer.body
    );
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s-1"));
    assert_eq!(parameter(&answer, "iss").as_deref(), Some(issuer.url()));
    parameter(&answer, "code").expect("a code")
}

/// Opens the login page, with some parameters replaced or left out.
async fn open(issuer: &Issuer, changes: &[(&str, Option<&str>)]) -> Answer {
    Browser::default().open(login_page(issuer, changes)).await
}

fn login_page(issuer: &Issuer, changes: &[(&str, Option<&str>)]) -> Url {
    let usual = [
        ("client_id", FRONTEND),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid"),
        ("state", "s-1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut address = Url::parse(&issuer.endpoint("auth")).expect("the address of the login page");
    for (name, value) in usual {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        if let Some(value) = change.map_or(Some(value), |(_, value)| *value) {
            address.query_pairs_mut().append_pair(name, value);
        }
    }
    address
}
