//! Tests: every algorithm, and every way to get a signature wrong.

use super::*;
use crate::testing::signing::{SigningKey, jwk_set};
use crate::token::DEFAULT_MAX_TOKEN_BYTES;
use serde_json::json;

fn key_set(keys: &[&SigningKey]) -> KeySet {
    KeySet::parse(jwk_set(keys.iter().copied()).to_string().as_bytes()).unwrap()
}

fn check(text: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<Map<String, Value>, JwsError> {
    let token = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    verify(&token, keys, allowed).map(SignatureValid::into_claims)
}

#[test]
fn every_algorithm_verifies_what_it_signed_and_nothing_else() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).key_id("k");
        let keys = key_set(&[&key]);
        let token = key.sign(&json!({"alg": algorithm.name(), "kid": "k"}), br#"{"sub": "alice"}"#);
        assert_eq!(check(&token, &keys, &[algorithm]).unwrap()["sub"], "alice", "{algorithm}");

        let other = SigningKey::generate(algorithm).key_id("k");
        let refused = check(&token, &key_set(&[&other]), &[algorithm]);
        assert_eq!(refused, Err(JwsError::InvalidSignature), "{algorithm}");
    }
}
