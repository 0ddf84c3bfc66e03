//! An issuer on loopback that signs, counts what it is asked, and misbehaves when told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use rbac_core::Algorithm;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use serde_json::{Value, json};

use crate::tokens::{Claims, claims, logout_claims};

const DISCOVERY: &str = "/realms/myapp/.well-known/openid-configuration";
const CERTS: &str = "/realms/myapp/protocol/openid-connect/certs";
const INTROSPECT: &str = "/realms/myapp/protocol/openid-connect/token/introspect";

/// What an endpoint answers.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    content_type: &'static str,
    body: String,
    delay: Duration,
}

impl Reply {
    /// A JSON answer of status 200.
    #[must_use]
    pub fn json(body: &Value) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            body: body.to_string(),
            delay: Duration::ZERO,
        }
    }

    /// Any answer.
    #[must_use]
    pub fn raw(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    /// The same, but later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// An issuer with one RS256 key, at a free port of this machine, for as long as the test's runtime lives.
#[derive(Clone)]
pub struct FakeIssuer {
    url: String,
    key: Arc<SigningKey>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    replies: Mutex<HashMap<&'static str, Reply>>,
    calls: Mutex<HashMap<String, usize>>,
    forms: Mutex<Vec<(String, String)>>,
}

impl FakeIssuer {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(SigningKey::generate(Algorithm::Rs256).key_id("k1"))
    }

    /// Starts one that signs with `key`.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start_with(key: SigningKey) -> Self {
        let state = Arc::new(State::default());
        let shared = web::Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .default_service(web::to(answer))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .expect("a free port");
        let url = format!("http://{}/realms/myapp", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        let issuer = Self {
            url,
            key: Arc::new(key),
            state,
        };
        let endpoint = |path: &str| issuer.url.replace("/realms/myapp", path);
        issuer.discovery(Reply::json(&json!({
            "issuer": issuer.url, "jwks_uri": endpoint(CERTS), "introspection_endpoint": endpoint(INTROSPECT),
        })));
        issuer.certs(Reply::json(&jwk_set([&*issuer.key])));
        issuer.introspection(Reply::json(&json!({"active": false})));
        issuer
    }

    /// The `iss` of its tokens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key it signs with.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// What discovery answers from now on.
    pub fn discovery(&self, reply: Reply) {
        self.set(DISCOVERY, reply);
    }

    /// What the key endpoint answers from now on.
    pub fn certs(&self, reply: Reply) {
        self.set(CERTS, reply);
    }

    /// What introspection answers from now on.
    pub fn introspection(&self, reply: Reply) {
        self.set(INTROSPECT, reply);
    }

    /// How often the keys were fetched.
    #[must_use]
    pub fn certs_calls(&self) -> usize {
        self.calls(CERTS)
    }

    /// How often a token was introspected.
    #[must_use]
    pub fn introspection_calls(&self) -> usize {
        self.calls(INTROSPECT)
    }

    /// How often anything was asked.
    ///
    /// # Panics
    /// When another test thread panicked.
    #[must_use]
    pub fn all_calls(&self) -> usize {
        self.state.calls.lock().expect("a lock").values().sum()
    }

    /// The bodies and `Authorization` headers of the introspection requests.
    ///
    /// # Panics
    /// When another test thread panicked.
    #[must_use]
    pub fn introspection_forms(&self) -> Vec<(String, String)> {
        self.state.forms.lock().expect("a lock").clone()
    }

    /// Acceptable claims of a user of that name.
    #[must_use]
    pub fn claims(&self, username: &str) -> Claims {
        claims(&self.url, username)
    }

    /// Acceptable claims of a logout token for the session of [`Self::claims`].
    #[must_use]
    pub fn logout_claims(&self, username: &str) -> Claims {
        logout_claims(&self.url, username)
    }

    /// A token of those claims, as Keycloak signs it.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        self.sign_json(&claims.json())
    }

    /// A token of that payload, as Keycloak signs it.
    #[must_use]
    pub fn sign_json(&self, payload: &Value) -> String {
        let header = json!({"alg": self.key.algorithm().name(), "typ": "JWT", "kid": "k1"});
        self.key.sign(&header, payload.to_string().as_bytes())
    }

    /// A logout token of those claims, as Keycloak signs it.
    #[must_use]
    pub fn sign_logout(&self, claims: &Claims) -> String {
        let header = json!({"alg": self.key.algorithm().name(), "typ": "logout+jwt", "kid": "k1"});
        self.key.sign(&header, claims.json().to_string().as_bytes())
    }

    fn set(&self, path: &'static str, reply: Reply) {
        self.state.replies.lock().expect("a lock").insert(path, reply);
    }

    fn calls(&self, path: &str) -> usize {
        self.state
            .calls
            .lock()
            .expect("a lock")
            .get(path)
            .copied()
            .unwrap_or_default()
    }
}

async fn answer(request: HttpRequest, body: String, state: web::Data<State>) -> HttpResponse {
    let path = request.path();
    *state
        .calls
        .lock()
        .expect("a lock")
        .entry(path.to_owned())
        .or_default() += 1;
    if path == INTROSPECT {
        let header = request
            .headers()
            .get("Authorization")
            .and_then(|value| value.to_str().ok());
        state
            .forms
            .lock()
            .expect("a lock")
            .push((body, header.unwrap_or_default().to_owned()));
    }
    let reply = state.replies.lock().expect("a lock").get(path).cloned();
    let Some(reply) = reply else {
        return HttpResponse::NotFound().finish();
    };
    if !reply.delay.is_zero() {
        actix_web::rt::time::sleep(reply.delay).await;
    }
    let status = StatusCode::from_u16(reply.status).expect("a status");
    HttpResponse::build(status)
        .content_type(reply.content_type)
        .body(reply.body)
}
