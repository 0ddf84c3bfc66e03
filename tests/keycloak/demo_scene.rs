//! The demo with a real Keycloak as its issuer.

use rbac_tests::live::demo::Demo;
use rbac_tests::live::issuer::{Answer, client, read};
use rbac_tests::live::trials::validation;
use serde_json::Value;

use crate::server::Keycloak;

/// A way of validating tokens, with a demo that does so.
pub(crate) struct Scene<'a> {
    pub(crate) mode: &'static str,
    pub(crate) demo: &'a Demo,
    pub(crate) keycloak: &'a Keycloak,
}

/// A demo that trusts this Keycloak: the variable that names it is all there is to say.
pub(crate) async fn start(keycloak: &Keycloak, mode: &str) -> Demo {
    let mut settings = validation(mode).to_vec();
    settings.push(("KEYCLOAK_SERVER_URL", keycloak.url()));
    Demo::start(&settings).await
}

impl Scene<'_> {
    /// Calls the demo with this access token.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        read(client().get(self.demo.url(path)).bearer_auth(token)).await
    }

    /// Fails the test unless the demo refuses this token as such.
    pub(crate) async fn refuses(&self, token: &str) {
        let answer = self.get("/api/me", token).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        let challenge = answer.headers["www-authenticate"].to_str().expect("a challenge");
        assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
    }
}

/// The same JSON with every array in order, since no issuer promises the order of roles.
pub(crate) fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Array(entries) => {
            *entries = std::mem::take(entries).into_iter().map(sorted).collect();
            entries.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| *member = sorted(member.take())),
        _ => {}
    }
    value
}
