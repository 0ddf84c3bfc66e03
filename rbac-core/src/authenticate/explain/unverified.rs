//! What a token says, read leniently: for telling a person, never for deciding.

use serde_json::Value;

use super::TokenCheck;
use crate::base64url;
use crate::claims::{Claims, seconds};
use crate::strict_json::parse_object;
use crate::text::shown;

/// A token taken apart as far as it goes; nothing of it is verified, and it makes nobody a principal.
pub(super) struct Unverified {
    pub(super) bytes: usize,
    /// How many parts between dots, at most six.
    pub(super) parts: usize,
    pub(super) header: Claims,
    pub(super) payload: Claims,
}

/// The longest text that is taken apart, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The most values of one claim that are shown.
const VALUES: usize = 8;

impl Unverified {
    pub(super) fn read(token: &str) -> Self {
        let parts: Vec<&str> = token.splitn(6, '.').collect();
        let part = |index: usize| {
            let text = parts
                .get(index)
                .filter(|_| token.len() <= MAX_BYTES && parts.len() == 3);
            text.and_then(|text| parse_object(&base64url::decode(text).ok()?).ok())
                .unwrap_or_default()
        };
        Self {
            bytes: token.len(),
            parts: parts.len(),
            header: Claims::new(part(0)),
            payload: Claims::new(part(1)),
        }
    }

    /// What it says about the subject of a check.
    pub(super) fn says(&self, check: TokenCheck) -> Vec<String> {
        match check {
            TokenCheck::Size => vec![format!("{} bytes", self.bytes)],
            TokenCheck::Shape => vec![format!("{} parts", self.parts)],
            TokenCheck::Algorithm => values(self.header.get("alg")),
            TokenCheck::Key => values(self.header.get("kid")),
            TokenCheck::Issuer => values(self.payload.get("iss")),
            TokenCheck::Audience | TokenCheck::Active => values(self.payload.get("aud")),
            TokenCheck::Expiry => values(self.payload.get("exp")),
            TokenCheck::NotBefore => ["nbf", "iat"]
                .into_iter()
                .flat_map(|name| values(self.payload.get(name)))
                .collect(),
            TokenCheck::TokenType => values(self.payload.get("typ")),
            _ => Vec::new(),
        }
    }

    /// A claim that is one string.
    pub(super) fn claim(&self, name: &str) -> Option<&str> {
        self.payload.string(name)
    }

    /// A date in seconds since 1970.
    pub(super) fn date(&self, name: &str) -> Option<u64> {
        seconds(self.payload.get(name)?)
    }

    /// Whether it is of Keycloak's light kind, which leaves everything to introspection.
    pub(super) fn is_lightweight(&self) -> bool {
        let marked = self.claim("jti").is_some_and(|id| {
            let kind = id.split_once(':').map(|(kind, _)| kind);
            kind.is_some_and(|kind| kind.len() == 6 && kind.get(2..4) == Some("lt"))
        });
        let bare = !self.payload.members().is_empty()
            && ["sub", "aud"]
                .into_iter()
                .all(|name| self.payload.get(name).is_none());
        marked || bare
    }
}

/// A claim's value or values; what is neither text nor number is named by its kind.
fn values(value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().take(VALUES).map(one).collect(),
        Some(value) => vec![one(value)],
    }
}

fn one(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        Value::Number(number) => number.to_string(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
