//! `Expect: 100-continue`.
//!
//! Actix answers it with `100 Continue` by itself, before the application sees the request, and `HttpServer` has no place to
//! say otherwise (the hook is one of `actix_http::HttpService::build`). What is promised is therefore: the denial does not wait
//! for the body, nobody reads the body, and the connection ends.

use std::time::Duration;

use rbac_tests::{FakeIssuer, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::handlers::all;

fn head(authorization: &str, length: usize) -> String {
    format!(
        "POST /departments/finance/data HTTP/1.1\r\nHost: x\r\n{authorization}Content-Type: application/json\r\n\
        Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    )
}

/// Reads until `end` has come or the connection has ended.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut chunk = [0; 1024];
    while !text.contains(end) {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => text.push_str(&String::from_utf8_lossy(&chunk[..count])),
            _ => break,
        }
    }
    text
}

#[actix_web::test]
async fn row_93_a_denial_does_not_wait_for_a_body_that_is_held_back() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let reader = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    for (authorization, status) in [
        (String::new(), "HTTP/1.1 401"),
        ("Authorization: Bearer garbage\r\n".to_owned(), "HTTP/1.1 401"),
        (format!("Authorization: Bearer {reader}\r\n"), "HTTP/1.1 403"),
    ] {
        let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
        stream
            .write_all(head(&authorization, 100_000).as_bytes())
            .await
            .expect("sent");
        let whole = tokio::time::timeout(Duration::from_secs(20), read_until(&mut stream, "nothing")).await;
        let text = whole.expect("the answer comes and the connection ends, though no body was sent");
        assert!(
            text.contains(status) && text.contains("connection: close"),
            "{text}"
        );
    }
    assert!(
        app.decisions()
            .iter()
            .all(|event| event.outcome.to_string() == "deny")
    );
}

#[actix_web::test]
async fn row_93_whoever_may_is_asked_for_the_body() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let writer = issuer
        .claims("dave")
        .roles(&["data:write"])
        .departments(&["finance"]);
    let authorization = format!("Authorization: Bearer {}\r\n", issuer.sign(&writer));
    let body = r#"{"title": "Q3"}"#;
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    stream
        .write_all(head(&authorization, body.len()).as_bytes())
        .await
        .expect("sent");
    let interim = read_until(&mut stream, "\r\n\r\n").await;
    assert!(interim.starts_with("HTTP/1.1 100"), "{interim}");
    stream.write_all(body.as_bytes()).await.expect("sent");
    let answer = read_until(&mut stream, "in finance").await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
