//! A client of an OpenID issuer with Keycloak's paths: the real one or the demo's embedded one.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::Value;

/// The public client of the realm file.
pub const FRONTEND: &str = "myapp-frontend";
/// The confidential client of the realm file, this API's own.
pub const BACKEND: &str = "myapp-backend";
/// The secret of [`BACKEND`] in the realm file.
pub const BACKEND_SECRET: &str = "myapp-backend-secret";

/// One realm of an issuer, by its address.
#[derive(Clone)]
pub struct Issuer {
    url: String,
    http: reqwest::Client,
}

/// What the token endpoint gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token; a service account has none.
    pub refresh: Option<String>,
    /// The ID token; there only when the scope `openid` was asked for.
    pub id: Option<String>,
    /// The whole answer.
    pub answer: Value,
}

/// An HTTP answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The response headers.
    pub headers: HeaderMap,
    /// The body as JSON; a JSON string where it is something else, null where it is empty.
    pub body: Value,
}

impl Tokens {
    /// The tokens in an answer of the token endpoint.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let text = |name: &str| answer.body[name].as_str().map(str::to_owned);
        Self {
            access: text("access_token").expect("an access token"),
            refresh: text("refresh_token"),
            id: text("id_token"),
            answer: answer.body.clone(),
        }
    }
}

impl Issuer {
    /// The realm at this address, for example `http://127.0.0.1:8180/realms/myapp`.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            http: client(),
        }
    }

    /// The address of the realm, which is the `iss` of its tokens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Logs `user` in through the realm file's public client.
    pub async fn login(&self, user: &str) -> Tokens {
        self.login_through(FRONTEND, user).await
    }

    /// Logs `user` in by the password grant with the scope `openid`, through a public client.
    pub async fn login_through(&self, client: &str, user: &str) -> Tokens {
        let password = format!("{user}-pw");
        self.tokens(&[
            ("grant_type", "password"),
            ("client_id", client),
            ("username", user),
            ("password", &password),
            ("scope", "openid"),
        ])
        .await
    }

    /// Logs the service account of the realm file's confidential client in.
    pub async fn service_account(&self) -> Tokens {
        self.tokens(&as_backend(&[("grant_type", "client_credentials")]))
            .await
    }

    /// Asks the token endpoint, and fails the test where it does not give a token.
    pub async fn tokens(&self, form: &[(&str, &str)]) -> Tokens {
        let answer = self.post("token", form).await;
        assert_eq!(answer.status, 200, "no token from {}: {}", self.url, answer.body);
        Tokens::of(&answer)
    }

    /// Asks whether `token` is active, as the realm file's confidential client.
    pub async fn introspect(&self, token: &str) -> Value {
        let answer = self
            .post("token/introspect", &as_backend(&[("token", token)]))
            .await;
        assert_eq!(answer.status, 200, "introspection: {}", answer.body);
        answer.body
    }

    /// Ends the session of tokens that the public client got.
    pub async fn logout(&self, tokens: &Tokens) {
        let refresh = tokens.refresh.as_deref().expect("a refresh token");
        let answer = self
            .post("logout", &[("client_id", FRONTEND), ("refresh_token", refresh)])
            .await;
        assert_eq!(answer.status, 204, "logout: {}", answer.body);
    }

    /// Posts a form to `protocol/openid-connect/{endpoint}`.
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        read(self.http.post(self.endpoint(endpoint)).form(form)).await
    }

    /// Fetches `{realm}{path}`.
    pub async fn get(&self, path: &str) -> Answer {
        read(self.http.get(format!("{}{path}", self.url))).await
    }

    /// The address of `protocol/openid-connect/{endpoint}`.
    #[must_use]
    pub fn endpoint(&self, endpoint: &str) -> String {
        format!("{}/protocol/openid-connect/{endpoint}", self.url)
    }
}

/// The form with the credentials of the realm file's confidential client.
#[must_use]
pub fn as_backend<'a>(form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = form.to_vec();
    form.extend([("client_id", BACKEND), ("client_secret", BACKEND_SECRET)]);
    form
}

/// A client that follows no redirect and asks no proxy.
#[must_use]
pub fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(Policy::none());
    builder
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

/// Sends a request and reads the whole answer.
pub async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = match text.as_str() {
        "" => Value::Null,
        _ => serde_json::from_str(&text).unwrap_or(Value::String(text)),
    };
    Answer {
        status,
        headers,
        body,
    }
}

/// The header of a token, unverified.
#[must_use]
pub fn unverified_header(token: &str) -> Value {
    part(token, 0)
}

/// The payload of a token, unverified.
#[must_use]
pub fn unverified_payload(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a token of three parts");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}
