//! An issuer whose clock the test holds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use demo_app::issuer::{Clock, Issuer, Keys, Realm, no_such_realm};
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// Made once: an RSA key takes its time.
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::generate().unwrap());

pub(crate) const ISSUER: &str = "http://127.0.0.1:8180/realms/myapp";
pub(crate) const SECRET: &str = "myapp-backend-secret";

/// An issuer at a time that the test sets.
pub(crate) struct Server {
    pub(crate) issuer: web::Data<Issuer>,
    now: Arc<AtomicU64>,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Server {
    /// One that tells nobody of a logout: port 9 is nobody's.
    pub(crate) fn new() -> Self {
        Self::with_api_at("http://127.0.0.1:9")
    }

    /// One that tells the clients at that origin.
    pub(crate) fn with_api_at(api: &str) -> Self {
        let now = Arc::new(AtomicU64::new(1_800_000_000));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::SeqCst)
        });
        let realm = Realm::demo().unwrap().with_api_at(api);
        let issuer = Issuer::new(realm, "127.0.0.1:8180", KEYS.clone(), clock);
        Self {
            issuer: web::Data::new(issuer),
            now,
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        let app = App::new()
            .app_data(self.issuer.clone())
            .service(self.issuer.service())
            .default_service(web::to(no_such_realm));
        let response = call_service(&init_service(app).await, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        Answer {
            status,
            headers,
            text,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Posts a form to an endpoint of the protocol.
    pub(crate) async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(endpoint, fields)).await
    }

    /// Posts a form as the confidential client.
    pub(crate) async fn post_as_backend(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(endpoint, fields).insert_header(basic("myapp-backend", SECRET)))
            .await
    }

    /// Logs a user in by the password grant and expects it to work.
    pub(crate) async fn log_in(&self, username: &str) -> Answer {
        let password = format!("{username}-pw");
        let fields = [
            ("grant_type", "password"),
            ("client_id", "myapp-frontend"),
            ("username", username),
            ("password", &password),
            ("scope", "openid"),
        ];
        let answer = self.post("token", &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// What introspection says about a token.
    pub(crate) async fn introspect(&self, token: &str) -> Value {
        let answer = self
            .post_as_backend("token/introspect", &[("token", token)])
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub(crate) async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await["active"].as_bool().unwrap()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.text))
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status, the error code and what is said beside it.
    pub(crate) fn error(&self) -> (u16, String, String) {
        (
            self.status.as_u16(),
            self.field("error"),
            self.field("error_description"),
        )
    }
}

/// What [`Answer::error`] should be.
pub(crate) fn error(status: u16, code: &str, description: &str) -> (u16, String, String) {
    (status, code.to_owned(), description.to_owned())
}

pub(crate) fn form(endpoint: &str, fields: &[(&str, &str)]) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/realms/myapp/protocol/openid-connect/{endpoint}"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(encode(fields))
}

pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub(crate) fn basic(id: &str, secret: &str) -> (&'static str, String) {
    (
        "authorization",
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))),
    )
}

/// Header and payload of a token, unverified.
pub(crate) fn peek(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}
