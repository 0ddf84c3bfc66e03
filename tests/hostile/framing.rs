//! Section A: requests that two readers could part differently, and requests that share a connection.

use rbac_tests::{FakeIssuer, TestApp, read_answer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::handlers::all;

/// The first status line of whatever comes before the connection ends, 0 where nothing comes.
async fn first_status(app: &TestApp, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    stream.write_all(request).await.expect("sent");
    stream.shutdown().await.expect("no more to say");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    text.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_default()
}

#[actix_web::test]
async fn row_10_framing_that_two_readers_could_part_differently_is_refused() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let writer = issuer
        .claims("dave")
        .roles(&["data:write"])
        .departments(&["finance"]);
    let token = issuer.sign(&writer);
    let body = r#"{"title": "Q3"}"#;
    let request = |framing: &str, body: &str| {
        format!(
            "POST /departments/finance/data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
            Content-Type: application/json\r\n{framing}\r\n{body}"
        )
    };
    let length = body.len();
    let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    for (framing, sent) in [
        (
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
            chunked.as_str(),
        ),
        (
            format!("Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n"),
            body,
        ),
        (
            format!("Content-Length: {length}\r\nContent-Length: {}\r\n", length + 1),
            body,
        ),
        (format!("Content-Length: +{length}\r\n"), body),
        (format!("Content-Length: {length},{length}\r\n"), body),
        (format!("Content-Length: -{length}\r\n"), body),
        ("Transfer-Encoding: xchunked\r\n".to_owned(), chunked.as_str()),
        (
            "Transfer-Encoding: chunked, identity\r\n".to_owned(),
            chunked.as_str(),
        ),
        (format!("Content-Length : {length}\r\n"), body),
        (format!(" Content-Length: {length}\r\n"), body),
    ] {
        let status = first_status(&app, request(&framing, sent).as_bytes()).await;
        assert!(status == 400 || status == 0, "{framing:?}: {status}");
    }
    let plain = request(&format!("Content-Length: {length}\r\n"), body);
    assert_eq!(first_status(&app, plain.as_bytes()).await, 201);
    let in_chunks = request("Transfer-Encoding: chunked\r\n", &chunked);
    assert_eq!(first_status(&app, in_chunks.as_bytes()).await, 201);
}

#[actix_web::test]
async fn rows_03_04_07_a_header_line_that_a_lenient_reader_would_mend_is_refused() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("bob"));
    for line in [
        format!("Authorization : Bearer {token}"),
        format!("Authorization: Bearer\r\n {token}"),
        format!("Authorization:\r\n Bearer {token}"),
        format!("Authorization: Bearer {token}\0"),
        format!("Authorization: Bear\rer {token}"),
        format!("X: y\nAuthorization: Bearer {token}\r\n folded"),
        format!(" Authorization: Bearer {token}"),
    ] {
        let request = format!("GET /me HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n");
        assert_ne!(first_status(&app, request.as_bytes()).await, 200, "{line:?}");
    }
    let good = format!("GET /me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    assert_eq!(first_status(&app, good.as_bytes()).await, 200);
}

#[actix_web::test]
async fn requests_on_one_connection_share_no_principal() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let request = |path: &str, who: Option<&str>| {
        let token = who.map(|who| issuer.sign(&issuer.claims(who).roles(&["data:read"])));
        let header = token
            .map(|token| format!("Authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        format!("GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n")
    };
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    for _ in 0..20 {
        for (path, who, status, body) in [
            ("/plain", Some("bob"), 200, "id-of-bob"),
            ("/plain", None, 401, ""),
            ("/me", Some("carol"), 200, "id-of-carol"),
            ("/read", None, 401, ""),
            ("/plain", Some("dave"), 200, "id-of-dave"),
        ] {
            stream
                .write_all(request(path, who).as_bytes())
                .await
                .expect("sent");
            let answer = read_answer(&mut stream).await;
            assert_eq!(answer.status, status, "{path} {who:?}");
            assert!(answer.body.contains(body), "{path} {who:?}");
        }
    }
    // All at once, before the first answer.
    let pipelined = [Some("bob"), None, Some("carol"), None]
        .map(|who| request("/plain", who))
        .concat();
    stream.write_all(pipelined.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("no more to say");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("the answers");
    let statuses: Vec<&str> = text
        .matches("HTTP/1.1 200")
        .chain(text.matches("HTTP/1.1 401"))
        .collect();
    assert_eq!(statuses.len(), 4, "{text}");
    let (bob, carol) = (text.find("id-of-bob"), text.find("id-of-carol"));
    let denied: Vec<usize> = text.match_indices("HTTP/1.1 401").map(|(at, _)| at).collect();
    assert!(
        bob < Some(denied[0]) && Some(denied[0]) < carol && carol < Some(denied[1]),
        "{text}"
    );
}
