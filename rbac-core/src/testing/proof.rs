//! DPoP proofs that are right, or wrong on purpose.

use serde_json::{Map, Value, json};

use super::signing::SigningKey;
use crate::base64url;
use crate::dpop::ProofId;
use crate::thumbprint::{Thumbprint, sha256};

/// A proof under construction (RFC 9449 section 4.2).
///
/// ```
/// use rbac_core::Algorithm;
/// use rbac_core::testing::{ProofBuilder, signing::SigningKey};
///
/// let key = SigningKey::generate(Algorithm::Es256);
/// let proof = ProofBuilder::new(&key, "GET", "https://api.example.com/data", 1_800_000_000)
///     .access_token("the access token")
///     .sign();
/// assert_eq!(proof.split('.').count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct ProofBuilder {
    key: SigningKey,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl ProofBuilder {
    /// A proof by `key` of a request of that method for that URI, made at `now` (seconds since 1970), with a `jti` of its
    /// own.
    #[must_use]
    pub fn new(key: &SigningKey, method: &str, uri: &str, now: u64) -> Self {
        let header = json!({"typ": "dpop+jwt", "alg": key.algorithm().name(), "jwk": key.public_jwk()});
        let jti = base64url::encode(rand::random::<[u8; 16]>());
        let claims = json!({"jti": jti, "htm": method, "htu": uri, "iat": now});
        Self {
            key: key.clone(),
            header: header.as_object().cloned().unwrap_or_default(),
            claims: claims.as_object().cloned().unwrap_or_default(),
        }
    }

    /// With the hash of that access token.
    #[must_use]
    pub fn access_token(self, token: &str) -> Self {
        let hash = base64url::encode(sha256(token.as_bytes()));
        self.claim("ath", hash)
    }

    /// Sets a claim; `null` removes it.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a member of the header; `null` removes it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    /// Signs it, whatever it says.
    #[must_use]
    pub fn sign(&self) -> String {
        let claims = Value::Object(self.claims.clone()).to_string();
        self.key
            .sign(&Value::Object(self.header.clone()), claims.as_bytes())
    }
}

/// What a replay store knows a proof with this `jti` by.
#[must_use]
pub fn proof_id(jti: &str) -> ProofId {
    ProofId::new(&Thumbprint::of(b"a key"), jti)
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}
