//! Signing and opening of the realm's own tokens, in the compact form of RFC 7515.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keys::Keys;
use super::oauth_error::OAuthError;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

impl Keys {
    /// A token signed with RS256; `typ` is that of the header.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, OAuthError> {
        let message = message(
            &json!({ "alg": "RS256", "typ": typ, "kid": self.signing_id }),
            claims,
        )?;
        let mut signature = vec![0; self.signing.public_modulus_len()];
        self.signing
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| OAuthError::server_error())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A token that only this realm can check, signed with HS512: a refresh token.
    pub(super) fn sign_refresh(&self, claims: &impl Serialize) -> Result<String, OAuthError> {
        let message = message(
            &json!({ "alg": "HS512", "typ": "JWT", "kid": self.refresh_id }),
            claims,
        )?;
        let signature = hmac::sign(&self.refresh, message.as_bytes());
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that [`Self::sign`] made; nothing but the signature is checked.
    pub(super) fn open<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let parts = Parts::of(token, "RS256", &self.signing_id)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.signing.public_key().as_ref());
        // INVARIANT: nothing reads the claims before this line has accepted the signature.
        key.verify(parts.message.as_bytes(), &parts.signature).ok()?;
        parts.claims()
    }

    /// The claims of a token that [`Self::sign_refresh`] made; nothing but the signature is checked.
    pub(super) fn open_refresh<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let parts = Parts::of(token, "HS512", &self.refresh_id)?;
        // INVARIANT: nothing reads the claims before this line has accepted the signature, in constant time.
        hmac::verify(&self.refresh, parts.message.as_bytes(), &parts.signature).ok()?;
        parts.claims()
    }
}

fn message(header: &serde_json::Value, claims: &impl Serialize) -> Result<String, OAuthError> {
    let claims = serde_json::to_vec(claims).map_err(|_| OAuthError::server_error())?;
    Ok(format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims)
    ))
}

struct Parts<'t> {
    message: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

impl<'t> Parts<'t> {
    /// Splits a token whose header names exactly this algorithm and key.
    fn of(token: &'t str, algorithm: &str, key_id: &str) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        (header.alg == algorithm && header.kid == key_id).then_some(())?;
        Some(Self {
            message,
            payload,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(self.payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_was_signed_opens_and_what_was_changed_does_not() {
        let keys = Keys::generate().unwrap();
        let token = keys.sign("JWT", &json!({ "sub": "bob" })).unwrap();
        assert_eq!(keys.open::<Value>(&token).unwrap()["sub"], "bob");

        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = message.split_once('.').unwrap();
        let forged = URL_SAFE_NO_PAD.encode(r#"{"sub":"alice"}"#);
        assert!(
            keys.open::<Value>(&format!("{header}.{forged}.{signature}"))
                .is_none()
        );
    }

    #[test]
    fn an_access_token_does_not_open_as_a_refresh_token_nor_the_reverse() {
        let keys = Keys::generate().unwrap();
        let access = keys.sign("JWT", &json!({})).unwrap();
        let refresh = keys.sign_refresh(&json!({})).unwrap();
        assert!(keys.open_refresh::<Value>(&refresh).is_some() && keys.open::<Value>(&access).is_some());
        assert!(keys.open_refresh::<Value>(&access).is_none() && keys.open::<Value>(&refresh).is_none());
    }

    #[test]
    fn garbage_does_not_open() {
        let keys = Keys::generate().unwrap();
        for garbage in ["", ".", "..", "a.b.c", "e30.e30.", "\u{0}.\u{fffd}.x"] {
            assert!(keys.open::<Value>(garbage).is_none(), "{garbage:?}");
            assert!(keys.open_refresh::<Value>(garbage).is_none(), "{garbage:?}");
        }
    }
}
