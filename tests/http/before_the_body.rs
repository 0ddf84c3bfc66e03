//! Denials come before one byte of the body is read, and leave the connection usable.

use std::time::Duration;

use rbac_tests::{FakeIssuer, TestApp, read_answer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::handlers::all;

#[actix_web::test]
async fn a_malformed_body_is_looked_at_only_by_those_who_may() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let path = "/departments/finance/data";
    let writer = issuer
        .claims("dave")
        .roles(&["data:write"])
        .departments(&["finance"]);
    let headers: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
    assert_eq!(
        app.call("POST", path, &headers, Some("not json")).await.status,
        401
    );
    assert_eq!(app.post(path, "garbage", "not json").await.status, 401);
    assert_eq!(
        app.post(path, &issuer.sign(&issuer.claims("carol")), "not json")
            .await
            .status,
        403
    );
    assert_eq!(
        app.post("/departments/hr/data", &issuer.sign(&writer), "not json")
            .await
            .status,
        403
    );
    assert_eq!(
        app.post(path, &issuer.sign(&writer), "not json").await.status,
        400
    );
    let written = app.post(path, &issuer.sign(&writer), r#"{"title": "Q3"}"#).await;
    assert_eq!(
        (written.status, written.body.as_str()),
        (201, "id-of-dave wrote Q3 in finance")
    );
    assert_eq!(
        app.post("/reports", &issuer.sign(&issuer.claims("carol")), "not json")
            .await
            .status,
        403
    );
}

fn head(length: usize) -> String {
    format!(
        "POST /departments/finance/data HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[actix_web::test]
async fn the_denial_does_not_need_the_body() {
    let app = TestApp::start(&FakeIssuer::start(), all).await;
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    stream.write_all(head(1_000).as_bytes()).await.expect("sent");
    let answer = read_answer(&mut stream).await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    assert!(
        ends(&mut stream).await,
        "a body that does not come holds nothing up"
    );
}

#[actix_web::test]
async fn a_small_body_is_drained_and_the_connection_goes_on() {
    let app = TestApp::start(&FakeIssuer::start(), all).await;
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    for _ in 0..3 {
        stream.write_all(head(1_000).as_bytes()).await.expect("sent");
        stream.write_all(&[b'x'; 1_000]).await.expect("sent");
        let answer = read_answer(&mut stream).await;
        assert_eq!((answer.status, answer.header("connection")), (401, None));
        stream
            .write_all(b"GET /open HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("the connection is open");
        assert_eq!(read_answer(&mut stream).await.status, 200);
    }
}

#[actix_web::test]
async fn a_large_body_is_not_drained() {
    let app = TestApp::start(&FakeIssuer::start(), all).await;
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    stream.write_all(head(10_000_000).as_bytes()).await.expect("sent");
    assert_eq!(read_answer(&mut stream).await.status, 401);
    assert!(ends(&mut stream).await, "the server closes");
}

#[actix_web::test]
async fn a_chunked_body_is_drained_up_to_the_same_limit() {
    let app = TestApp::start(&FakeIssuer::start(), all).await;
    let head = "POST /departments/finance/data HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    stream
        .write_all(format!("{head}{chunk}0\r\n\r\n").as_bytes())
        .await
        .expect("sent");
    assert_eq!(read_answer(&mut stream).await.header("connection"), None);
    stream
        .write_all(format!("{head}{}", chunk.repeat(17)).as_bytes())
        .await
        .expect("sent");
    let answer = read_answer(&mut stream).await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
}

/// Whether the server ends the connection without another byte, within a time that only a hanging server takes.
async fn ends(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut byte)).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}
