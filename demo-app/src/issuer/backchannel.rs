//! Telling a client that a login is over (OpenID Connect Back-Channel Logout 1.0), as Keycloak does.

use std::time::Duration;

use reqwest::redirect::Policy;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Issuer;
use super::oauth_error::OAuthError;
use super::realm::{BackchannelLogout, Client};

/// How long a logout token is good for, in seconds.
const LIFE: u64 = 120;
/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct LogoutClaims<'a> {
    exp: u64,
    iat: u64,
    jti: String,
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    events: Value,
}

/// What calls the clients; `None` where none can be made, and then nobody is told.
pub(super) fn caller() -> Option<reqwest::Client> {
    let builder = reqwest::Client::builder().no_proxy().redirect(Policy::none());
    builder
        .timeout(PATIENCE)
        .build()
        .inspect_err(|error| tracing::warn!(%error, "no logout tokens will be sent"))
        .ok()
}

impl Issuer {
    /// Ends a session: its client is told before, once, and whatever it answers.
    pub(super) async fn log_out(&self, sid: &str) {
        if let Some(session) = self.state.session(sid, self.clock.now())
            && let Some(client) = self.realm.client(&session.client)
            && let Some(address) = client.backchannel_logout()
        {
            let told = self.tell(client, address, &session.username, sid).await;
            if let Err(cause) = told {
                tracing::warn!(
                    client = client.id(),
                    cause,
                    "the client did not take the logout token"
                );
            }
        }
        self.state.end_session(sid, self.clock.now());
    }

    async fn tell(
        &self,
        client: &Client,
        address: &BackchannelLogout,
        username: &str,
        sid: &str,
    ) -> Result<(), String> {
        let token = self
            .logout_token(client, address, username, sid)
            .map_err(|error| error.to_string())?;
        let caller = self.caller.as_ref().ok_or("no HTTP client")?;
        let sent = caller
            .post(&address.url)
            .form(&[("logout_token", token)])
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("it answers {}", answer.status())),
            Err(error) => Err(error.without_url().to_string()),
        }
    }

    fn logout_token(
        &self,
        client: &Client,
        address: &BackchannelLogout,
        username: &str,
        sid: &str,
    ) -> Result<String, OAuthError> {
        let user = self.realm.user(username).ok_or_else(OAuthError::server_error)?;
        let now = self.clock.now();
        let claims = LogoutClaims {
            exp: now + LIFE,
            iat: now,
            jti: Uuid::new_v4().to_string(),
            iss: self.url.issuer(),
            aud: client.id(),
            sub: user.id(),
            typ: "Logout",
            sid: address.names_session.then_some(sid),
            events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        };
        self.keys.sign("logout+jwt", &claims)
    }
}
