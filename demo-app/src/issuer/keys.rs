//! The realm's keys: made at start, published as Keycloak publishes them.

use std::thread;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

/// No key could be made: the system's random source failed.
#[derive(Debug, thiserror::Error)]
#[error("no key could be made for the embedded issuer")]
pub struct KeyError;

impl From<Unspecified> for KeyError {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// What the realm signs with. Lives as long as the process and is written nowhere.
#[derive(Clone)]
pub struct Keys {
    pub(super) signing: RsaKeyPair,
    pub(super) signing_id: String,
    pub(super) refresh: hmac::Key,
    pub(super) refresh_id: String,
    public_key: String,
    published: Value,
}

impl Keys {
    /// Makes an RSA-2048 key to sign with, another for encryption, and a secret for refresh tokens.
    ///
    /// # Errors
    /// [`KeyError`] when the system's random source fails.
    pub fn generate() -> Result<Self, KeyError> {
        // An RSA key takes up to some tenths of a second; the two are made side by side.
        let other = thread::spawn(|| RsaKeyPair::generate(KeySize::Rsa2048));
        let signing = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let encryption = other.join().map_err(|_| KeyError)??;

        let (signing_id, public_key) = identify(&signing)?;
        let (encryption_id, _) = identify(&encryption)?;
        // The encryption key comes first, so that whoever takes the first key of the set notices at once.
        let published = json!({ "keys": [
            jwk(&encryption, &encryption_id, "RSA-OAEP", "enc"),
            jwk(&signing, &signing_id, "RS256", "sig"),
        ]});
        let refresh = hmac::Key::new(hmac::HMAC_SHA512, &rand::random::<[u8; 64]>());
        Ok(Self {
            signing,
            signing_id,
            refresh,
            refresh_id: Uuid::new_v4().to_string(),
            public_key,
            published,
        })
    }

    /// The set of public keys (RFC 7517).
    pub(super) fn published(&self) -> &Value {
        &self.published
    }

    /// The signing key's public half: SubjectPublicKeyInfo in base64, as the realm's page shows it.
    pub(super) fn public_key(&self) -> &str {
        &self.public_key
    }
}

/// The key id, which Keycloak derives from the public key, and the public key in base64.
fn identify(key: &RsaKeyPair) -> Result<(String, String), KeyError> {
    let der: PublicKeyX509Der<'_> = key.public_key().as_der()?;
    let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, der.as_ref()));
    Ok((id, STANDARD.encode(der.as_ref())))
}

fn jwk(key: &RsaKeyPair, id: &str, algorithm: &str, purpose: &str) -> Value {
    let public = key.public_key();
    json!({
        "kid": id,
        "kty": "RSA",
        "alg": algorithm,
        "use": purpose,
        "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    })
}
