//! Keys that sign, and tokens that are right or wrong on purpose.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "it reads nothing but the DER that its own keys make, and a test may panic"
)]

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding, RsaKeyPair,
};
use serde_json::{Map, Value, json};

use crate::algorithm::{Algorithm, Family};
use crate::base64url;
use crate::jwk;
use crate::thumbprint::Thumbprint;

/// How many RSA keys there are in one process: making one takes long.
const RSA_KEYS: usize = 4;

/// A private key that signs with one algorithm.
///
/// ```
/// use rbac_core::Algorithm;
/// use rbac_core::testing::signing::{SigningKey, jwk_set};
/// use serde_json::json;
///
/// let key = SigningKey::generate(Algorithm::Es256).key_id("k1");
/// let keys = jwk_set([&key]);
/// let token = key.sign(&json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}), br#"{"sub": "alice"}"#);
/// assert_eq!(keys["keys"][0]["kid"], "k1");
/// assert_eq!(token.split('.').count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct SigningKey {
    algorithm: Algorithm,
    pair: Pair,
    key_id: Option<String>,
}

#[derive(Clone, Debug)]
enum Pair {
    Rsa(Arc<RsaKeyPair>),
    Ec(Arc<EcdsaKeyPair>),
    Ed(Arc<Ed25519KeyPair>),
}

/// The JWK set of some keys, as an issuer publishes it.
#[must_use]
pub fn jwk_set<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Value {
    json!({ "keys": keys.into_iter().map(SigningKey::public_jwk).collect::<Vec<_>>() })
}

impl SigningKey {
    /// A key for `algorithm`, without a key id.
    ///
    /// RSA keys, of 2048 bits, come from a pool of four, since making one takes long: the first four that one thread asks
    /// for are different, the fifth is the first again. The others are new each time.
    ///
    /// # Panics
    /// When the machine cannot make a key.
    #[must_use]
    pub fn generate(algorithm: Algorithm) -> Self {
        let pair = match algorithm.family() {
            Family::Rsa => Pair::Rsa(pooled_rsa_key()),
            Family::P256 => Pair::Ec(ec_key(&ECDSA_P256_SHA256_FIXED_SIGNING)),
            Family::P384 => Pair::Ec(ec_key(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            Family::Ed25519 => Pair::Ed(Arc::new(made(Ed25519KeyPair::generate()))),
        };
        Self {
            algorithm,
            pair,
            key_id: None,
        }
    }

    /// The same key under a name.
    #[must_use]
    pub fn key_id(self, key_id: &str) -> Self {
        Self {
            key_id: Some(key_id.to_owned()),
            ..self
        }
    }

    /// The same key for another algorithm of its family: an RSA key signs with all six of them.
    ///
    /// # Panics
    /// When the algorithm is of another family.
    #[must_use]
    pub fn for_algorithm(self, algorithm: Algorithm) -> Self {
        assert!(
            self.algorithm.family() == algorithm.family(),
            "the key is of another family"
        );
        Self { algorithm, ..self }
    }

    /// What it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public half as a JWK, with `use`, `alg` and, where it has a name, `kid`.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => rsa_jwk(pair.public_key().as_ref()),
            Pair::Ec(pair) => ec_jwk(self.algorithm, pair.public_key().as_ref()),
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64url::encode(pair.public_key())})
            }
        };
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        if let Some(key_id) = &self.key_id {
            jwk["kid"] = json!(key_id);
        }
        jwk
    }

    /// The thumbprint of the public half (RFC 7638), as `cnf.jkt` has it.
    ///
    /// # Panics
    /// Never: its own JWK has one.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        made(jwk::thumbprint(
            self.public_jwk().as_object().unwrap_or(&Map::new()),
        ))
    }

    /// The public half as `SubjectPublicKeyInfo` in DER.
    ///
    /// # Panics
    /// When the machine runs out of memory.
    #[must_use]
    pub fn public_key_der(&self) -> Vec<u8> {
        let der = match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_der(),
            Pair::Ec(pair) => pair.public_key().as_der(),
            Pair::Ed(pair) => pair.public_key().as_der(),
        };
        made(der).as_ref().to_vec()
    }

    /// A compact JWS with any header, also a wrong one, over any payload. The signature is this key's, whatever the header
    /// says.
    #[must_use]
    pub fn sign(&self, header: &Value, payload: &[u8]) -> String {
        self.sign_text(&header.to_string(), payload)
    }

    /// The same with the header as a text, which need not be JSON.
    #[must_use]
    pub fn sign_text(&self, header: &str, payload: &[u8]) -> String {
        let signing_input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = base64url::encode(self.sign_parts(&signing_input));
        format!("{signing_input}.{signature}")
    }

    /// The signature of the first two parts of a token, of which nothing is checked.
    ///
    /// # Panics
    /// When the machine cannot sign.
    #[must_use]
    pub fn sign_parts(&self, signing_input: &str) -> Vec<u8> {
        let message = signing_input.as_bytes();
        match &self.pair {
            Pair::Rsa(pair) => rsa_signature(pair, self.algorithm, message),
            Pair::Ec(pair) => made(pair.sign(&SystemRandom::new(), message)).as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

// INVARIANT of the tests: counted by thread, so that keys which one test makes are different whatever runs beside it.
fn pooled_rsa_key() -> Arc<RsaKeyPair> {
    static POOL: [OnceLock<Arc<RsaKeyPair>>; RSA_KEYS] = [const { OnceLock::new() }; RSA_KEYS];
    thread_local!(static NEXT: Cell<usize> = const { Cell::new(0) });
    let next = NEXT.with(|next| next.replace((next.get() + 1) % RSA_KEYS));
    POOL[next]
        .get_or_init(|| Arc::new(made(RsaKeyPair::generate(KeySize::Rsa2048))))
        .clone()
}

fn ec_key(algorithm: &'static aws_lc_rs::signature::EcdsaSigningAlgorithm) -> Arc<EcdsaKeyPair> {
    Arc::new(made(EcdsaKeyPair::generate(algorithm)))
}

fn rsa_signature(pair: &RsaKeyPair, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    let encoding: &'static dyn RsaEncoding = match algorithm {
        Algorithm::Rs384 => &RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &RSA_PSS_SHA256,
        Algorithm::Ps384 => &RSA_PSS_SHA384,
        Algorithm::Ps512 => &RSA_PSS_SHA512,
        _ => &RSA_PKCS1_SHA256,
    };
    let mut signature = vec![0; pair.public_modulus_len()];
    made(pair.sign(encoding, &SystemRandom::new(), message, &mut signature));
    signature
}

/// Input: `RSAPublicKey` of RFC 8017, a sequence of two integers.
fn rsa_jwk(der: &[u8]) -> Value {
    let (sequence, _) = der_element(der);
    let (n, rest) = der_element(sequence);
    let (e, _) = der_element(rest);
    let minimal = |number: &[u8]| base64url::encode(number.strip_prefix(&[0]).unwrap_or(number));
    json!({"kty": "RSA", "n": minimal(n), "e": minimal(e)})
}

/// The content of the first element and what follows it.
fn der_element(der: &[u8]) -> (&[u8], &[u8]) {
    let octets = match der[1] {
        long if long & 0x80 != 0 => usize::from(long & 0x7f),
        _ => 0,
    };
    let length = match octets {
        0 => usize::from(der[1]),
        _ => der[2..2 + octets]
            .iter()
            .fold(0, |length, octet| length * 256 + usize::from(*octet)),
    };
    der[2 + octets..].split_at(length)
}

/// Input: an uncompressed point, `4 || x || y`.
fn ec_jwk(algorithm: Algorithm, point: &[u8]) -> Value {
    let curve = if algorithm == Algorithm::Es384 {
        "P-384"
    } else {
        "P-256"
    };
    let (x, y) = point[1..].split_at(point.len() / 2);
    json!({"kty": "EC", "crv": curve, "x": base64url::encode(x), "y": base64url::encode(y)})
}

#[allow(
    clippy::expect_used,
    reason = "a test that cannot make a key or sign cannot go on"
)]
fn made<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.expect("the machine makes keys and signatures")
}
