//! The login in the browser: authorization code with PKCE.

use actix_web::test::TestRequest;
use serde_json::json;
use url::Url;

use crate::harness::{Answer, ISSUER, SECRET, Server, encode, error, peek};

/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://localhost:8080/docs/oauth2-redirect.html";

const REQUEST: [(&str, &str); 8] = [
    ("client_id", "myapp-frontend"),
    ("redirect_uri", BACK),
    ("response_type", "code"),
    ("scope", "openid"),
    ("state", "s&t"),
    ("nonce", "n-1"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// The request with one parameter changed, or left out when the value is empty.
fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = REQUEST.into_iter().filter(|(known, _)| *known != name);
    others
        .chain((!value.is_empty()).then_some((name, value)))
        .collect()
}

async fn begin(server: &Server, request: &[(&str, &str)]) -> Answer {
    server
        .get(&format!(
            "/realms/myapp/protocol/openid-connect/auth?{}",
            encode(request)
        ))
        .await
}

/// Sends the login page's form as the browser that holds `cookie`.
async fn submit(server: &Server, page: &Answer, cookie: &str, password: &str) -> Answer {
    let action = page
        .text
        .split("action=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let request = TestRequest::post()
        .uri(&action)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("cookie", format!("theme=dark; {cookie}")))
        .set_payload(encode(&[("username", "bob"), ("password", password)]));
    server.send(request).await
}

fn cookie(page: &Answer) -> String {
    page.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// What the browser was sent back with.
fn returned(answer: &Answer, name: &str) -> Option<String> {
    let location = Url::parse(answer.header("location")).unwrap_or_else(|_| panic!("{answer:?}"));
    assert!(location.as_str().starts_with(BACK), "{location}");
    location
        .query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

async fn code(server: &Server, request: &[(&str, &str)]) -> String {
    let page = begin(server, request).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = submit(server, &page, &cookie(&page), "bob-pw").await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    returned(&answer, "code").unwrap()
}

fn exchange<'a>(code: &'a str, verifier: &'a str, back: &'a str) -> Vec<(&'a str, &'a str)> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "myapp-frontend"),
        ("code", code),
        ("redirect_uri", back),
        ("code_verifier", verifier),
    ];
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

#[actix_web::test]
async fn a_login_leads_back_with_a_code_that_gives_tokens() {
    let server = Server::new();
    let page = begin(&server, &REQUEST).await;
    let answer = submit(&server, &page, &cookie(&page), "bob-pw").await;
    assert_eq!(returned(&answer, "state").as_deref(), Some("s&t"));
    assert_eq!(returned(&answer, "iss").as_deref(), Some(ISSUER));
    let code = returned(&answer, "code").unwrap();

    let tokens = server.post("token", &exchange(&code, VERIFIER, BACK)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    let (_, id) = peek(&tokens.field("id_token"));
    assert_eq!(
        (&id["nonce"], &id["auth_time"]),
        (&json!("n-1"), &json!(server.now()))
    );
    let (_, access) = peek(&tokens.field("access_token"));
    assert!(access["jti"].as_str().unwrap().starts_with("onrtac:"));
    assert_eq!(
        (&access["preferred_username"], &access["auth_time"]),
        (&json!("bob"), &json!(server.now()))
    );
    assert!(server.is_active(&tokens.field("access_token")).await);
}

#[actix_web::test]
async fn the_page_works_without_script_and_says_what_its_fields_are() {
    let page = begin(&Server::new(), &REQUEST).await;
    for piece in [
        r#"<html lang="en">"#,
        r#"<label for="username">"#,
        r#"<label for="password">"#,
        r#"method="post""#,
    ] {
        assert!(page.text.contains(piece), "{piece}");
    }
    assert!(!page.text.contains("<script"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self' http://localhost:8080;"),
        "{policy}"
    );
    let cookie = page.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

#[actix_web::test]
async fn a_wrong_password_shows_the_page_again_and_the_right_one_then_works() {
    let server = Server::new();
    let page = begin(&server, &REQUEST).await;
    let again = submit(&server, &page, &cookie(&page), "wrong").await;
    assert_eq!((again.status.as_u16(), again.header("location")), (200, ""));
    assert!(again.text.contains("Invalid username or password.") && again.text.contains(r#"role="alert""#));
    assert_eq!(
        submit(&server, &again, &cookie(&page), "bob-pw").await.status,
        302
    );
}

#[actix_web::test]
async fn only_the_browser_that_was_shown_the_page_may_answer_it() {
    let server = Server::new();
    let page = begin(&server, &REQUEST).await;
    let other = cookie(&begin(&server, &REQUEST).await);
    for foreign in ["", "AUTH_SESSION_ID=", "AUTH_SESSION_ID=x", &other] {
        assert_eq!(
            submit(&server, &page, foreign, "bob-pw").await.status,
            400,
            "{foreign}"
        );
    }
    assert_eq!(submit(&server, &page, &cookie(&page), "bob-pw").await.status, 302);
    assert_eq!(submit(&server, &page, &cookie(&page), "bob-pw").await.status, 400);
}

#[actix_web::test]
async fn a_page_that_was_left_open_too_long_is_no_longer_answered() {
    let server = Server::new();
    let page = begin(&server, &REQUEST).await;
    server.pass(1_800);
    assert_eq!(submit(&server, &page, &cookie(&page), "bob-pw").await.status, 400);
}

#[actix_web::test]
async fn an_error_is_shown_here_while_client_and_address_do_not_belong_together() {
    let server = Server::new();
    for request in [
        with("client_id", "nobody"),
        with("client_id", ""),
        with("redirect_uri", "https://evil.example/"),
        with("redirect_uri", "http://localhost:8080.evil.example/"),
        with("redirect_uri", ""),
    ] {
        let answer = begin(&server, &request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, ""),
            "{request:?}"
        );
    }
}

#[actix_web::test]
async fn any_other_error_is_sent_back_with_the_state() {
    let server = Server::new();
    for (request, expected, said) in [
        (
            with("response_type", ""),
            "invalid_request",
            "Missing parameter: response_type",
        ),
        (with("response_type", "token"), "unsupported_response_type", ""),
        (
            with("scope", "nothing"),
            "invalid_scope",
            "Invalid scopes: nothing",
        ),
        (
            with("code_challenge_method", ""),
            "invalid_request",
            "Missing parameter: code_challenge_method",
        ),
        (
            with("code_challenge_method", "plain"),
            "invalid_request",
            "Invalid parameter: code challenge method is not matching the configured one",
        ),
        (
            with("code_challenge", ""),
            "invalid_request",
            "Missing parameter: code_challenge",
        ),
        (
            with("code_challenge", "short"),
            "invalid_request",
            "Invalid parameter: code_challenge",
        ),
        (with("prompt", "none"), "login_required", ""),
    ] {
        let answer = begin(&server, &request).await;
        assert_eq!(answer.status, 302, "{request:?}");
        assert_eq!(
            returned(&answer, "error").as_deref(),
            Some(expected),
            "{request:?}"
        );
        assert_eq!(
            returned(&answer, "error_description").as_deref(),
            Some(said).filter(|said| !said.is_empty())
        );
        assert_eq!(returned(&answer, "state").as_deref(), Some("s&t"));
        assert_eq!(returned(&answer, "code"), None);
    }
}

#[actix_web::test]
async fn a_code_needs_the_key_that_the_login_began_with() {
    let server = Server::new();
    for (verifier, said) in [
        ("", "PKCE code verifier not specified"),
        ("short", "PKCE verification failed: Invalid code verifier"),
        (CHALLENGE, "PKCE verification failed: Code mismatch"),
    ] {
        let code = code(&server, &REQUEST).await;
        let answer = server.post("token", &exchange(&code, verifier, BACK)).await;
        assert_eq!(answer.error(), error(400, "invalid_grant", said));
    }
}

#[actix_web::test]
async fn a_code_works_once_and_the_second_use_ends_the_session() {
    let server = Server::new();
    let code = code(&server, &REQUEST).await;
    let tokens = server.post("token", &exchange(&code, VERIFIER, BACK)).await;
    assert!(server.is_active(&tokens.field("access_token")).await);
    let again = server.post("token", &exchange(&code, VERIFIER, BACK)).await;
    assert_eq!(again.error(), error(400, "invalid_grant", "Code not valid"));
    assert!(!server.is_active(&tokens.field("access_token")).await);
}

#[actix_web::test]
async fn a_code_lives_for_a_minute() {
    let server = Server::new();
    let (early, late) = (code(&server, &REQUEST).await, code(&server, &REQUEST).await);
    server.pass(59);
    assert_eq!(
        server
            .post("token", &exchange(&early, VERIFIER, BACK))
            .await
            .status,
        200
    );
    server.pass(1);
    let answer = server.post("token", &exchange(&late, VERIFIER, BACK)).await;
    assert_eq!(answer.error(), error(400, "invalid_grant", "Code not valid"));
}

#[actix_web::test]
async fn a_code_is_for_its_client_and_its_address() {
    let server = Server::new();
    let first = code(&server, &REQUEST).await;
    let elsewhere = server
        .post("token", &exchange(&first, VERIFIER, "http://localhost:8080/"))
        .await;
    assert_eq!(
        elsewhere.error(),
        error(400, "invalid_grant", "Incorrect redirect_uri")
    );

    let second = code(&server, &REQUEST).await;
    let mut fields = exchange(&second, VERIFIER, BACK);
    fields.retain(|(name, _)| *name != "client_id");
    let foreign = server.post_as_backend("token", &fields).await;
    let said = "Auth error: Found different client_id in clientSession";
    assert_eq!(foreign.error(), error(400, "invalid_grant", said));
}

#[actix_web::test]
async fn a_confidential_client_needs_its_secret_and_may_go_without_a_key() {
    let server = Server::new();
    let request = [
        ("client_id", "myapp-backend"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid"),
    ];
    let code = code(&server, &request).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", BACK),
    ];
    let without = server
        .post(
            "token",
            &[&fields[..], &[("client_id", "myapp-backend")]].concat(),
        )
        .await;
    assert_eq!(without.status, 401);
    let with = [
        &fields[..],
        &[("client_id", "myapp-backend"), ("client_secret", SECRET)],
    ]
    .concat();
    assert_eq!(server.post("token", &with).await.status, 200);
}

#[actix_web::test]
async fn the_answer_can_come_in_the_fragment() {
    let server = Server::new();
    let page = begin(&server, &with("response_mode", "fragment")).await;
    let answer = submit(&server, &page, &cookie(&page), "bob-pw").await;
    let location = Url::parse(answer.header("location")).unwrap();
    assert!(location.query().is_none() && location.fragment().unwrap().contains("code="));
}
