//! A demo on free ports, and somebody to call it.

use std::collections::HashMap;

use demo_app::{Demo, Settings};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A running demo.
pub(crate) struct Server {
    pub(crate) demo: Demo,
    client: reqwest::Client,
}

/// What the API answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with further variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let mut all = HashMap::from([
            ("DEMO_BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("DEMO_ISSUER_BIND".to_owned(), "127.0.0.1:0".to_owned()),
        ]);
        all.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let settings = Settings::from_vars(move |name| all.get(name).cloned()).unwrap();
        let demo = Demo::start(settings).await.unwrap();
        Self {
            demo,
            client: reqwest::Client::new(),
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.demo.url()))
    }

    /// Calls with somebody's token, or with none, and with a body if there is one.
    pub(crate) async fn call(
        &self,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_owned());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// Calls as a user who logs in for it.
    pub(crate) async fn call_as(&self, user: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let token = self.token(user).await;
        self.call(
            Some(&token),
            method,
            path,
            body.map(|body| body.to_string()).as_deref(),
        )
        .await
    }

    /// Posts a form to the issuer.
    pub(crate) async fn ask_issuer(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let url = format!("{}/protocol/openid-connect/{endpoint}", self.demo.issuer_url());
        Answer::of(self.client.post(url).form(fields).send().await.unwrap()).await
    }

    /// All that a login gives.
    pub(crate) async fn log_in(&self, user: &str) -> Value {
        let password = format!("{user}-pw");
        let fields = [
            ("grant_type", "password"),
            ("client_id", "myapp-frontend"),
            ("username", user),
            ("password", &password),
            ("scope", "openid"),
        ];
        self.ask_issuer("token", &fields).await.json()
    }

    /// A user's access token.
    pub(crate) async fn token(&self, user: &str) -> String {
        self.log_in(user).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Expects a problem of RFC 9457 that says its own status.
    pub(crate) fn expect_problem(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(
            (&problem["type"], &problem["status"]),
            (&json!("about:blank"), &json!(status))
        );
        assert!(problem["title"].is_string());
    }
}
