//! A client with a key of its own, at an issuer and at the demo (RFC 9449).

use rbac_core::Algorithm;
use rbac_core::testing::ProofBuilder;
use rbac_core::testing::signing::SigningKey;
use serde_json::{Value, json};

use super::demo::Demo;
use super::issuer::{Answer, FRONTEND, Issuer, Tokens, client, read};
use crate::tokens::now;

/// Who holds a key and makes proofs with it.
#[derive(Clone, Debug)]
pub struct Prover {
    key: SigningKey,
}

impl Default for Prover {
    fn default() -> Self {
        Self {
            key: SigningKey::generate(Algorithm::Es256),
        }
    }
}

impl Prover {
    /// The claim `cnf` of tokens that are bound to the key, as Keycloak has it.
    #[must_use]
    pub fn confirmation(&self) -> Value {
        json!({"jkt": self.key.thumbprint().to_string(), "kc-jkt-type": "DPoP"})
    }

    /// The public key.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        self.key.public_jwk()
    }

    /// A proof, made now, for a request.
    #[must_use]
    pub fn proof(&self, method: &str, url: &str) -> ProofBuilder {
        ProofBuilder::new(&self.key, method, url, now())
    }

    /// A proof for a login at the issuer.
    #[must_use]
    pub fn login_proof(&self, issuer: &Issuer) -> ProofBuilder {
        self.proof("POST", &issuer.endpoint("token"))
    }

    /// Logs `user` in through the realm file's public client, with tokens bound to the key.
    pub async fn login(&self, issuer: &Issuer, user: &str) -> Tokens {
        let answer = ask(issuer, &password(user), &self.login_proof(issuer).sign()).await;
        assert_eq!(
            answer.status,
            200,
            "no token from {}: {}",
            issuer.url(),
            answer.body
        );
        Tokens::of(&answer)
    }

    /// `GET path` of the demo, with that token and a new proof.
    pub async fn get(&self, demo: &Demo, path: &str, token: &str) -> Answer {
        let proof = self.proof("GET", &demo.url(path)).access_token(token);
        present(&demo.url(path), token, &proof.sign()).await
    }
}

/// The form of a login through the realm file's public client.
#[must_use]
pub fn password(user: &str) -> [(&'static str, String); 5] {
    [
        ("grant_type", "password".to_owned()),
        ("client_id", FRONTEND.to_owned()),
        ("username", user.to_owned()),
        ("password", format!("{user}-pw")),
        ("scope", "openid".to_owned()),
    ]
}

/// Asks the token endpoint with a proof.
pub async fn ask(issuer: &Issuer, form: &[(&str, impl AsRef<str>)], proof: &str) -> Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    let request = client().post(issuer.endpoint("token")).header("DPoP", proof);
    read(request.form(&form)).await
}

/// `GET url` with the scheme `DPoP`, that token and that proof.
pub async fn present(url: &str, token: &str, proof: &str) -> Answer {
    let request = client()
        .get(url)
        .header("Authorization", format!("DPoP {token}"))
        .header("DPoP", proof);
    read(request).await
}

/// Fails unless the demo takes a token that `issuer` bound to a key from the holder of the key and from nobody else.
pub async fn assert_bound_tokens_are_their_holders(demo: &Demo, issuer: &Issuer) {
    let (bob, thief) = (Prover::default(), Prover::default());
    let token = bob.login(issuer, "bob").await.access;
    let data = "/api/departments/finance/data";
    for _ in 0..2 {
        let me = bob.get(demo, "/api/me", &token).await;
        assert_eq!(
            (me.status, &me.body["username"]),
            (200, &json!("bob")),
            "{}",
            me.body
        );
        assert_eq!(bob.get(demo, data, &token).await.status, 200);
        assert_eq!(bob.get(demo, "/api/users", &token).await.status, 403);
    }
    let url = demo.url("/api/me");
    // Replayed.
    let proof = bob.proof("GET", &url).access_token(&token).sign();
    assert_eq!(present(&url, &token, &proof).await.status, 200);
    let again = present(&url, &token, &proof).await;
    assert_refused(&again, "invalid_dpop_proof");
    // Stolen: as a bearer token, with another key, with a proof for another request or token.
    let bearer = read(client().get(&url).bearer_auth(&token)).await;
    assert_eq!(bearer.status, 401);
    assert_refused(&thief.get(demo, "/api/me", &token).await, "invalid_token");
    let other = bob.proof("GET", &demo.url(data)).access_token(&token).sign();
    assert_refused(&present(&url, &token, &other).await, "invalid_dpop_proof");
    let another = bob.login(issuer, "bob").await.access;
    let of_another = bob.proof("GET", &url).access_token(&another).sign();
    assert_refused(&present(&url, &token, &of_another).await, "invalid_dpop_proof");
    // A token that is bound to nothing is no token for the scheme.
    let free = issuer.login("bob").await.access;
    assert_refused(&bob.get(demo, "/api/me", &free).await, "invalid_token");
    assert_eq!(read(client().get(&url).bearer_auth(&free)).await.status, 200);
}

fn assert_refused(answer: &Answer, error: &str) {
    let challenges = answer.headers.get_all("www-authenticate");
    let mut challenges = challenges.iter().filter_map(|value| value.to_str().ok());
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(
        challenges.next(),
        Some(r#"Bearer realm="myapp", error="invalid_token""#)
    );
    let dpop = challenges.next().expect("a second challenge");
    assert!(
        dpop.starts_with("DPoP ") && dpop.contains(&format!("error=\"{error}\"")),
        "{dpop}"
    );
}
