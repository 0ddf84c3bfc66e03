//! The claims of an access token, acceptable until a test changes them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

/// Claims under construction.
#[derive(Clone, Debug)]
pub struct Claims(Map<String, Value>);

/// Acceptable claims of a user of that name, at an issuer of that address: no roles, no department.
#[must_use]
pub fn claims(issuer: &str, username: &str) -> Claims {
    let now = now();
    let claims = json!({
        "exp": now + 300, "iat": now, "jti": format!("onrtac:{username}-{now}"), "iss": issuer,
        "aud": ["myapp-backend", "account"], "sub": format!("id-of-{username}"), "typ": "Bearer",
        "azp": "myapp-frontend", "sid": "session", "acr": "1", "scope": "profile email",
        "preferred_username": username,
    });
    Claims(claims.as_object().cloned().unwrap_or_default())
}

/// Acceptable claims of a logout token about that user's session, for the API's own client. Each has an id of its own.
pub(crate) fn logout_claims(issuer: &str, username: &str) -> Claims {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (now, number) = (now(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let claims = json!({
        "exp": now + 120, "iat": now, "jti": format!("logout-{number}"), "iss": issuer, "aud": "myapp-backend",
        "sub": format!("id-of-{username}"), "typ": "Logout", "sid": "session",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    Claims(claims.as_object().cloned().unwrap_or_default())
}

impl Claims {
    /// Sets a claim.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Sets the realm's roles.
    #[must_use]
    pub fn realm_roles(self, names: &[&str]) -> Self {
        self.with("realm_access", json!({"roles": names}))
    }

    /// Sets the roles of `myapp-backend`.
    #[must_use]
    pub fn roles(self, names: &[&str]) -> Self {
        self.with("resource_access", json!({"myapp-backend": {"roles": names}}))
    }

    /// Sets the department or departments.
    #[must_use]
    pub fn departments(self, names: &[&str]) -> Self {
        self.with("department", json!(names))
    }

    /// The claims as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
