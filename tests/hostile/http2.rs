//! Section A over HTTP/2, whose headers Actix does not bound.

use actix_web::{App, HttpServer};
use bytes::Bytes;
use h2::client::SendRequest;
use rbac_tests::{FakeIssuer, Holder, TestApp};
use tokio::net::TcpStream;

use crate::handlers::all;

/// A client of a server that takes HTTP/2 without TLS, with access control of that issuer.
async fn connect(issuer: &FakeIssuer) -> SendRequest<Bytes> {
    let rbac = TestApp::start(issuer, all).await.rbac;
    let server = HttpServer::new(move || App::new().app_data(rbac.clone()).configure(all));
    let server = server
        .workers(1)
        .disable_signals()
        .bind_auto_h2c(("127.0.0.1", 0))
        .expect("a free port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    actix_web::rt::spawn(connection);
    client.ready().await.expect("a stream")
}

async fn status(client: &mut SendRequest<Bytes>, headers: &[(String, String)]) -> u16 {
    let mut request = http::Request::get("http://x/me");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(()).expect("a request");
    let (response, _) = client.send_request(request, true).expect("sent");
    response.await.map_or(0, |response| response.status().as_u16())
}

#[actix_web::test]
async fn rows_05_08_headers_beyond_reason_are_refused_over_http2_too() {
    let issuer = FakeIssuer::start();
    let mut client = connect(&issuer).await;
    let bearer = |token: &str| ("authorization".to_owned(), format!("Bearer {token}"));
    let token = issuer.sign(&issuer.claims("bob"));
    assert_eq!(status(&mut client, &[bearer(&token)]).await, 200);
    assert_eq!(status(&mut client, &[bearer(&token), bearer(&token)]).await, 400);
    assert_eq!(status(&mut client, &[bearer(&"a".repeat(9_000))]).await, 401);
    let long = bearer(&"a".repeat(200_000));
    assert!(matches!(status(&mut client, &[long]).await, 431 | 0));
    let mut many: Vec<_> = (0..2_000).map(|at| (format!("x-{at}"), "1".to_owned())).collect();
    many.push(bearer(&token));
    let mut client = connect(&issuer).await;
    assert!(matches!(status(&mut client, &many).await, 431 | 0));
    let mut client = connect(&issuer).await;
    assert_eq!(status(&mut client, &[bearer(&token)]).await, 200);
}

#[actix_web::test]
async fn over_http2_a_proof_is_for_the_host_in_the_target() {
    let (issuer, bob) = (FakeIssuer::start(), Holder::default());
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&bob.bind(issuer.claims("bob")));
    let mut client = connect(&issuer).await;
    for (htu, code) in [("http://x/me", 200), ("http://y/me", 401), ("https://x/me", 401)] {
        let proof = bob.proof(&app, "GET", "/me", &token).claim("htu", htu).sign();
        let headers = [
            ("authorization".to_owned(), format!("DPoP {token}")),
            ("dpop".to_owned(), proof),
        ];
        assert_eq!(status(&mut client, &headers).await, code, "{htu}");
        assert_eq!(status(&mut client, &headers).await, 401, "{htu}: again");
    }
}
