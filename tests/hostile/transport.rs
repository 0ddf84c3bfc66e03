//! Section A: transport, header, parsing.

use rbac_tests::{FakeIssuer, TestApp};

use crate::handlers::all;

async fn started() -> (TestApp, String) {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("bob"));
    (app, token)
}

/// `GET /me` with those `Authorization` headers, byte for byte.
async fn me(app: &TestApp, headers: &[&[u8]]) -> (u16, String) {
    let mut request = b"GET /me HTTP/1.1\r\nHost: x\r\n".to_vec();
    for header in headers {
        request.extend_from_slice(b"Authorization: ");
        request.extend_from_slice(header);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let answer = app.send_raw(&request).await;
    (answer.status, answer.challenge().to_owned())
}

fn header(scheme: &str, token: &str) -> Vec<u8> {
    format!("{scheme} {token}").into_bytes()
}

const BARE: &str = r#"Bearer realm="myapp""#;
const INVALID_REQUEST: &str = r#"Bearer realm="myapp", error="invalid_request""#;
const INVALID_TOKEN: &str = r#"Bearer realm="myapp", error="invalid_token""#;

#[actix_web::test]
async fn row_01_no_authorization() {
    let (app, _) = started().await;
    assert_eq!(me(&app, &[]).await, (401, BARE.to_owned()));
}

#[actix_web::test]
async fn row_02_the_scheme_in_any_case() {
    let (app, token) = started().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(me(&app, &[&header(scheme, &token)]).await.0, 200, "{scheme}");
    }
}

#[actix_web::test]
async fn rows_03_04_07_malformed_headers() {
    let (app, token) = started().await;
    let with = |text: &str| text.replace("TOKEN", &token).into_bytes();
    for text in [
        "Bearer",
        "Bearer ",
        "Bearer  TOKEN",
        "Bearer\tTOKEN",
        "Bearer TOKEN TOKEN",
        "a,Bearer TOKEN",
        "Bearer TOKEN,Bearer TOKEN",
        "Bearer: TOKEN",
        "Bearer=TOKEN",
        "Bearer \"TOKEN\"",
        "Bearer token=TOKEN",
        "Bearer TOKEN;",
        "é",
    ] {
        assert_eq!(
            me(&app, &[&with(text)]).await,
            (400, INVALID_REQUEST.to_owned()),
            "{text}"
        );
    }
    let mut bytes = header("Bearer", &token);
    bytes.push(0xFF);
    assert_eq!(me(&app, &[&bytes]).await, (400, INVALID_REQUEST.to_owned()));
    assert_eq!(me(&app, &[&header("Bearer", &token)]).await.0, 200);
}

#[actix_web::test]
async fn row_05_two_authorization_headers() {
    let (app, token) = started().await;
    let good = header("Bearer", &token);
    assert_eq!(me(&app, &[&good, &good]).await, (400, INVALID_REQUEST.to_owned()));
    assert_eq!(
        me(&app, &[b"Basic YTpi", &good]).await,
        (400, INVALID_REQUEST.to_owned())
    );
}

#[actix_web::test]
async fn row_06_a_token_elsewhere_than_in_the_header() {
    let (app, token) = started().await;
    let bare = app
        .call("GET", &format!("/me?access_token={token}"), &[], None)
        .await;
    assert_eq!((bare.status, bare.challenge()), (401, BARE));
    let form: [(&str, &[u8]); 1] = [("Content-Type", b"application/x-www-form-urlencoded")];
    let body = format!("access_token={token}");
    let in_body = app.call("POST", "/reports", &form, Some(&body)).await;
    assert_eq!((in_body.status, in_body.challenge()), (401, BARE));
    assert_eq!(
        app.get(&format!("/me?access_token={token}"), &token).await.status,
        400
    );
    assert_eq!(app.get("/me", &token).await.status, 200);
}

#[actix_web::test]
async fn rows_08_09_oversize_tokens_and_endless_dots() {
    let (app, _) = started().await;
    for text in [
        "a".repeat(8 * 1024 + 1),
        ".".repeat(60_000),
        format!("{}.a.a", "a".repeat(9_000)),
        "a.".repeat(4_000),
    ] {
        assert_eq!(
            me(&app, &[&header("Bearer", &text)]).await,
            (401, INVALID_TOKEN.to_owned())
        );
    }
}

#[actix_web::test]
async fn row_10_two_lengths_of_one_body() {
    let (app, token) = started().await;
    let request = format!(
        "POST /departments/finance/data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
        Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    assert_eq!(app.send_raw(request.as_bytes()).await.status, 400);
}

#[actix_web::test]
async fn rows_11_12_other_forms_of_a_token() {
    let (app, token) = started().await;
    let parts: Vec<&str> = token.split('.').collect();
    let (head, payload, signature) = (parts[0], parts[1], parts[2]);
    for text in [
        format!("{head}.{payload}"),
        format!("{token}.a"),
        format!("{token}.a.a"),
        format!("{head}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{head}.{payload}."),
        format!("{token}."),
        format!(".{token}"),
    ] {
        assert_eq!(
            me(&app, &[&header("Bearer", &text)]).await,
            (401, INVALID_TOKEN.to_owned()),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn row_13_a_signature_has_one_spelling() {
    let (app, token) = started().await;
    for text in [
        format!("{token}="),
        format!("{token}=="),
        token.replacen('.', "=.", 1),
    ] {
        assert_ne!(me(&app, &[&header("Bearer", &text)]).await.0, 200, "{text}");
    }
    // 256 octets leave four unused bits in the last character: with any of them set it is another text.
    let last = token.chars().last().expect("a token");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().filter(|other| *other != last) {
        let text = format!("{}{other}", &token[..token.len() - 1]);
        assert_eq!(me(&app, &[&header("Bearer", &text)]).await.0, 401, "{other}");
    }
}

#[actix_web::test]
async fn row_89_headers_that_claim_an_identity_or_another_target_are_ignored() {
    let (app, token) = started().await;
    let bearer = header("Bearer", &token);
    for (name, value) in [
        ("X-HTTP-Method-Override", "GET"),
        ("X-Original-URL", "/open"),
        ("X-Rewrite-URL", "/open"),
        ("X-Forwarded-User", "alice"),
        ("X-Remote-User", "alice"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Prefix", "/open"),
    ] {
        let headers = [(name, value.as_bytes())];
        assert_eq!(
            app.call("GET", "/read", &headers, None).await.status,
            401,
            "{name}"
        );
        let with_token = [(name, value.as_bytes()), ("Authorization", bearer.as_slice())];
        assert_eq!(
            app.call("GET", "/read", &with_token, None).await.status,
            403,
            "{name}"
        );
    }
}
