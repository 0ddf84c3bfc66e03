//! Logout tokens, as a client gets them.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::harness::{Server, peek};

/// A client on a free port that takes down what it is sent, and answers with that status.
struct Client {
    origin: String,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Client {
    fn start(status: u16) -> Self {
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let kept = web::Data::from(Arc::clone(&bodies));
        let server = HttpServer::new(move || {
            App::new().app_data(kept.clone()).route(
                "/backchannel-logout",
                web::post().to(
                    move |body: String, kept: web::Data<Mutex<Vec<String>>>| async move {
                        kept.lock().unwrap().push(body);
                        HttpResponse::build(status.try_into().unwrap()).finish()
                    },
                ),
            )
        });
        let server = server
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let origin = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { origin, bodies }
    }

    /// Header and payload of each logout token that came.
    fn tokens(&self) -> Vec<(Value, Value)> {
        let bodies = self.bodies.lock().unwrap();
        let token = |body: &String| {
            let fields: Vec<_> = form_urlencoded::parse(body.as_bytes()).collect();
            assert_eq!((fields.len(), &*fields[0].0), (1, "logout_token"), "{body}");
            peek(&fields[0].1)
        };
        bodies.iter().map(token).collect()
    }
}

async fn log_out(server: &Server, refresh_token: &str) -> u16 {
    let fields = [("client_id", "myapp-frontend"), ("refresh_token", refresh_token)];
    server.post("logout", &fields).await.status.as_u16()
}

#[actix_web::test]
async fn the_logout_token_is_as_keycloaks_and_comes_once() {
    let client = Client::start(200);
    let server = Server::with_api_at(&client.origin);
    let login = server.log_in("bob").await;
    let (_, access) = peek(&login.field("access_token"));
    assert_eq!(log_out(&server, &login.field("refresh_token")).await, 204);
    assert_eq!(log_out(&server, &login.field("refresh_token")).await, 204);
    let tokens = client.tokens();
    let [(header, claims)] = &tokens[..] else {
        panic!("{tokens:?}")
    };
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("RS256"), &json!("logout+jwt"))
    );
    let now = server.now();
    let expected = json!({
        "exp": now + 120, "iat": now, "jti": claims["jti"], "iss": access["iss"], "aud": "myapp-frontend",
        "sub": access["sub"], "typ": "Logout", "sid": access["sid"],
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    assert_eq!(claims, &expected);
    assert_eq!(claims["jti"].as_str().map(str::len), Some(36));
}

#[actix_web::test]
async fn a_client_that_refuses_or_is_not_there_keeps_nobody_logged_in() {
    let client = Client::start(400);
    for origin in [client.origin.as_str(), "http://127.0.0.1:9"] {
        let server = Server::with_api_at(origin);
        let login = server.log_in("bob").await;
        assert_eq!(log_out(&server, &login.field("refresh_token")).await, 204);
        assert!(!server.is_active(&login.field("access_token")).await);
    }
    assert_eq!(client.tokens().len(), 1);
}

#[actix_web::test]
async fn whoever_may_not_end_a_session_makes_nobody_call() {
    let client = Client::start(200);
    let server = Server::with_api_at(&client.origin);
    let login = server.log_in("bob").await;
    let mut forged = login.field("refresh_token");
    forged.truncate(forged.len() - 3);
    assert_eq!(log_out(&server, &forged).await, 400);
    assert!(client.tokens().is_empty());
}

#[actix_web::test]
async fn a_revoked_refresh_token_ends_the_session_without_a_word_as_in_keycloak() {
    let client = Client::start(200);
    let server = Server::with_api_at(&client.origin);
    let login = server.log_in("bob").await;
    let token = login.field("refresh_token");
    let fields = [("client_id", "myapp-frontend"), ("token", token.as_str())];
    assert_eq!(server.post("revoke", &fields).await.status, 200);
    assert!(!server.is_active(&login.field("access_token")).await);
    assert!(client.tokens().is_empty());
}
