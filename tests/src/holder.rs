//! A caller whose tokens are bound to a key of its own (RFC 9449).

use rbac_core::Algorithm;
use rbac_core::testing::ProofBuilder;
use rbac_core::testing::signing::SigningKey;
use serde_json::json;

use crate::app::{Answer, TestApp};
use crate::tokens::{Claims, now};

/// Who holds the key.
#[derive(Clone, Debug)]
pub struct Holder {
    key: SigningKey,
}

impl Default for Holder {
    fn default() -> Self {
        Self::with(Algorithm::Es256)
    }
}

impl Holder {
    /// A holder of a new key for `algorithm`.
    #[must_use]
    pub fn with(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm);
        Self { key }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The claims of a token that is bound to the key, as Keycloak has them.
    #[must_use]
    pub fn bind(&self, claims: Claims) -> Claims {
        let jkt = self.key.thumbprint().to_string();
        claims
            .with("typ", "DPoP")
            .with("cnf", json!({"jkt": jkt, "kc-jkt-type": "DPoP"}))
    }

    /// A proof, made now, of a request with that token for a path of the application at its own address.
    #[must_use]
    pub fn proof(&self, app: &TestApp, method: &str, path: &str, token: &str) -> ProofBuilder {
        let uri = format!("http://{}{path}", app.address());
        ProofBuilder::new(&self.key, method, &uri, now()).access_token(token)
    }

    /// `GET path` with that token and a proof of it.
    pub async fn get(&self, app: &TestApp, path: &str, token: &str) -> Answer {
        let proof = self.proof(app, "GET", path, token).sign();
        present(app, "GET", path, token, &proof).await
    }
}

/// A call with the scheme `DPoP`, that token and that proof.
pub async fn present(app: &TestApp, method: &str, path: &str, token: &str, proof: &str) -> Answer {
    let header = format!("DPoP {token}");
    let headers: [(&str, &[u8]); 2] = [("Authorization", header.as_bytes()), ("DPoP", proof.as_bytes())];
    app.call(method, path, &headers, None).await
}
