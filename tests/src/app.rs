//! A real server under protection, and clients that say exactly what a test wants said.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpServer, web};
use rbac_core::{AuditSink, Config, DecisionEvent, Rbac, RbacBuilder};
use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::issuer::FakeIssuer;

/// An application on a free port of this machine, protected by tokens of a [`FakeIssuer`].
pub struct TestApp {
    address: SocketAddr,
    client: reqwest::Client,
    events: Events,
    /// The access control of the application.
    pub rbac: Rbac,
}

/// The decisions that were made.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<DecisionEvent>>>);

impl AuditSink for Events {
    fn record(&self, event: &DecisionEvent) {
        self.0.lock().expect("a lock").push(event.clone());
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The header of that name, if it is there exactly once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// All headers of that name, in their order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The challenge, if there is exactly one.
    #[must_use]
    pub fn challenge(&self) -> &str {
        self.header("www-authenticate").unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }
}

impl TestApp {
    /// Starts the handlers that `configure` adds, with the contract's defaults and the issuer's address.
    pub async fn start(issuer: &FakeIssuer, configure: fn(&mut web::ServiceConfig)) -> Self {
        Self::start_with(issuer, &[], configure).await
    }

    /// The same with further variables of the environment.
    ///
    /// # Panics
    /// When the configuration is wrong or there is no free port.
    pub async fn start_with(
        issuer: &FakeIssuer,
        vars: &[(&str, &str)],
        configure: fn(&mut web::ServiceConfig),
    ) -> Self {
        let issuer = ("KEYCLOAK_ISSUER_URL", issuer.url());
        let find = |name: &str| vars.iter().chain([&issuer]).find(|(known, _)| *known == name);
        let config = Config::from_vars(|name| find(name).map(|(_, value)| (*value).to_owned()));
        Self::start_configured(config.expect("a configuration"), configure).await
    }

    /// The same with a configuration.
    ///
    /// # Panics
    /// When access control cannot start or there is no free port.
    pub async fn start_configured(config: Config, configure: fn(&mut web::ServiceConfig)) -> Self {
        Self::start_built(Rbac::builder(config), configure).await
    }

    /// The same with access control under construction, as with another clock.
    ///
    /// # Panics
    /// When access control cannot start or there is no free port.
    pub async fn start_built(builder: RbacBuilder, configure: fn(&mut web::ServiceConfig)) -> Self {
        let events = Events::default();
        let rbac = builder
            .audit(events.clone())
            .start()
            .await
            .expect("access control");
        let offered = rbac.clone();
        let server = HttpServer::new(move || App::new().app_data(offered.clone()).configure(configure));
        let server = server
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .expect("a free port");
        let address = server.addrs()[0];
        actix_web::rt::spawn(server.run());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Self {
            address,
            client: client.expect("a client"),
            events,
            rbac,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The decisions made so far.
    ///
    /// # Panics
    /// When another test thread panicked.
    #[must_use]
    pub fn decisions(&self) -> Vec<DecisionEvent> {
        self.events.0.lock().expect("a lock").clone()
    }

    /// `GET path` with that token.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        let header = format!("Bearer {token}");
        self.call("GET", path, &[("Authorization", header.as_bytes())], None)
            .await
    }

    /// `POST path` with that token and body.
    pub async fn post(&self, path: &str, token: &str, body: &str) -> Answer {
        let header = format!("Bearer {token}");
        let headers: [(&str, &[u8]); 2] = [
            ("Authorization", header.as_bytes()),
            ("Content-Type", b"application/json"),
        ];
        self.call("POST", path, &headers, Some(body)).await
    }

    /// Any call.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &[u8])],
        body: Option<&str>,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self
            .client
            .request(method, format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        Answer {
            status,
            headers,
            body: response.text().await.expect("a body"),
        }
    }

    /// Sends bytes as they are, and reads until the server closes or has answered once in full.
    pub async fn send_raw(&self, request: &[u8]) -> Answer {
        raw(self.address, request).await
    }
}

/// Sends bytes as they are, and reads one answer.
///
/// # Panics
/// When there is no answer.
pub async fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request).await.expect("sent");
    read_answer(&mut stream).await
}

/// Reads one answer with a `Content-Length`.
///
/// # Panics
/// When the connection ends before.
pub async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(answer) = parse(&text) {
            return answer;
        }
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.expect("an answer");
        assert!(count > 0, "the connection ended within the answer: {text}");
        bytes.extend_from_slice(&chunk[..count]);
    }
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let headers: Vec<_> = pairs
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: body.to_owned(),
    };
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    (body.len() >= length).then_some(answer)
}
