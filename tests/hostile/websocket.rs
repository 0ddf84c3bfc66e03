//! Section E: WebSockets.

use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, Responder, get, web};
use futures_util::future::{self, Either};
use rbac_core::clock::{Clock, SystemClock};
use rbac_core::{Config, Principal, authenticated, until_expiry};
use rbac_tests::{FakeIssuer, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Echoes text until the caller's token ends.
#[authenticated]
#[get("/live")]
async fn live(
    user: Principal,
    request: HttpRequest,
    body: web::Payload,
) -> Result<impl Responder, actix_web::Error> {
    let (response, session, messages): (HttpResponse, _, _) = actix_ws::handle(&request, body)?;
    let over = until_expiry(&user);
    actix_web::rt::spawn(async move {
        let echo = Box::pin(echo(session.clone(), messages));
        if let Either::Left(((), _)) = future::select(Box::pin(over), echo).await {
            let _ = session.close(Some(actix_ws::CloseCode::Policy.into())).await;
        }
    });
    Ok(response)
}

async fn echo(mut session: actix_ws::Session, mut messages: actix_ws::MessageStream) {
    while let Some(Ok(message)) = messages.recv().await {
        if let actix_ws::Message::Text(text) = message {
            let _ = session.text(text).await;
        }
    }
}

fn handlers(services: &mut web::ServiceConfig) {
    services.service(live);
}

/// The handshake with those further header lines, and the head of what comes back.
async fn shake(app: &TestApp, lines: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(app.address()).await.expect("a connection");
    let request = format!(
        "GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    (stream, String::from_utf8_lossy(&head).into_owned())
}

/// The kind and the content of the next frame, which is short and not masked.
async fn frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let kind = stream.read_u8().await.expect("a frame");
    let mut content = vec![0; usize::from(stream.read_u8().await.expect("a length"))];
    stream.read_exact(&mut content).await.expect("the content");
    (kind, content)
}

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
/// `hi`, masked with zeros.
const HI: &[u8] = b"\x81\x82\0\0\0\0hi";

#[actix_web::test]
async fn row_92_nobody_is_upgraded_without_a_token() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    let expired = issuer.sign(&issuer.claims("bob").with("exp", 1_000));
    for lines in [
        "",
        "Authorization: Bearer x\r\n",
        &format!("Authorization: Bearer {expired}\r\n"),
    ] {
        let (_, head) = shake(&app, lines).await;
        assert!(
            head.starts_with("HTTP/1.1 401 ") && !head.contains(" 101 "),
            "{head}"
        );
    }
    // A token in the list of protocols counts only where the configuration says so.
    let token = issuer.sign(&issuer.claims("bob"));
    let protocols = format!("Sec-WebSocket-Protocol: bearer, {token}\r\n");
    assert!(shake(&app, &protocols).await.1.starts_with("HTTP/1.1 401 "));
    let lookup = |name: &str| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned());
    let config = Config::from_vars(lookup)
        .expect("fine")
        .token_in_websocket_protocol();
    let open = TestApp::start_configured(config, handlers).await;
    let (_, head) = shake(&open, &protocols).await;
    assert!(
        head.starts_with("HTTP/1.1 101 ") && !head.contains(&token),
        "{head}"
    );
}

#[actix_web::test]
async fn row_92_an_open_connection_ends_with_the_token() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    let end = SystemClock.unix_now() + 4;
    let token = issuer.sign(&issuer.claims("bob").with("exp", end));
    let (mut stream, head) = shake(&app, &format!("Authorization: Bearer {token}\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    stream.write_all(HI).await.expect("sent");
    assert_eq!(frame(&mut stream).await, (TEXT, b"hi".to_vec()));
    let began = Instant::now();
    let (kind, _) = frame(&mut stream).await;
    assert_eq!(kind, CLOSE);
    assert!(SystemClock.unix_now() >= end, "not before its end");
    assert!(began.elapsed() < Duration::from_secs(20));
}
