//! Tests: every algorithm, and every way to get a signature wrong.

mod examples;
mod forgeries;
mod signatures;

use super::*;
use crate::base64url::{decode, encode};
use crate::testing::signing::{SigningKey, jwk_set};
use crate::token::{DEFAULT_MAX_TOKEN_BYTES, TokenError};
use serde_json::json;

const CLAIMS: &[u8] = br#"{"sub": "alice"}"#;

fn key_set(keys: &[&SigningKey]) -> KeySet {
    parse(&jwk_set(keys.iter().copied()))
}

fn parse(set: &Value) -> KeySet {
    KeySet::parse(set.to_string().as_bytes()).unwrap()
}

/// The set of one key, without its `alg`: the allow-list decides alone.
fn unrestricted(key: &SigningKey) -> KeySet {
    let mut jwk = key.public_jwk();
    jwk.as_object_mut().unwrap().remove("alg");
    parse(&json!({ "keys": [jwk] }))
}

fn check(text: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<Map<String, Value>, JwsError> {
    let token = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    verify(&token, keys, allowed).map(SignatureValid::into_claims)
}

fn header(algorithm: Algorithm) -> Value {
    json!({"alg": algorithm.name(), "kid": "k"})
}

/// The same token with another signature.
fn resigned(token: &str, signature: impl AsRef<[u8]>) -> String {
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    format!("{signing_input}.{}", encode(signature))
}

fn signature(token: &str) -> Vec<u8> {
    decode(token.rsplit_once('.').unwrap().1).unwrap()
}

#[test]
fn every_algorithm_verifies_what_its_key_signed_and_nothing_else() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).key_id("k");
        let token = key.sign(&header(algorithm), CLAIMS);
        assert_eq!(
            check(&token, &key_set(&[&key]), &[algorithm]).unwrap()["sub"],
            "alice",
            "{algorithm}"
        );

        let other = SigningKey::generate(algorithm).key_id("k");
        let refused = check(&token, &key_set(&[&other]), &[algorithm]);
        assert_eq!(refused, Err(JwsError::InvalidSignature), "{algorithm}");
    }
}

#[test]
fn every_changed_bit_of_a_signature_is_noticed() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let key = SigningKey::generate(algorithm).key_id("k");
        let keys = key_set(&[&key]);
        let token = key.sign(&header(algorithm), CLAIMS);
        assert!(check(&token, &keys, &[algorithm]).is_ok());
        for bit in 0..signature(&token).len() * 8 {
            let mut changed = signature(&token);
            changed[bit / 8] ^= 1 << (bit % 8);
            let refused = check(&resigned(&token, changed), &keys, &[algorithm]);
            assert_eq!(refused, Err(JwsError::InvalidSignature), "{algorithm}, bit {bit}");
        }
    }
}

#[test]
fn header_and_payload_are_covered_by_the_signature() {
    let key = SigningKey::generate(Algorithm::Es256).key_id("k");
    let keys = key_set(&[&key]);
    let token = key.sign(&header(Algorithm::Es256), CLAIMS);
    let [head, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    assert!(
        check(
            &format!("{head}.{payload}.{signature}"),
            &keys,
            &[Algorithm::Es256]
        )
        .is_ok()
    );

    let promoted = encode(r#"{"sub": "admin"}"#);
    let refused = check(
        &format!("{head}.{promoted}.{signature}"),
        &keys,
        &[Algorithm::Es256],
    );
    assert_eq!(refused, Err(JwsError::InvalidSignature));
    let retyped = encode(r#"{"alg":"ES256","kid":"k","typ":"at+jwt"}"#);
    let refused = check(
        &format!("{retyped}.{payload}.{signature}"),
        &keys,
        &[Algorithm::Es256],
    );
    assert_eq!(refused, Err(JwsError::InvalidSignature));
}

#[test]
fn the_allow_list_decides_and_an_empty_one_allows_nothing() {
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let (keys, token) = (key_set(&[&key]), key.sign(&header(Algorithm::Rs256), CLAIMS));
    assert!(
        check(
            &token,
            &keys,
            &[Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256]
        )
        .is_ok()
    );
    for allowed in [
        &[][..],
        &[Algorithm::Rs384],
        &[Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa],
    ] {
        assert_eq!(check(&token, &keys, allowed), Err(JwsError::AlgorithmNotAllowed));
    }
}

#[test]
fn the_signature_is_checked_before_the_payload_is_read() {
    let key = SigningKey::generate(Algorithm::EdDsa).key_id("k");
    let keys = key_set(&[&key]);
    let token = key.sign(&header(Algorithm::EdDsa), b"no JSON");
    let refused = check(&token, &keys, &[Algorithm::EdDsa]);
    assert_eq!(refused, Err(JwsError::Payload(StrictJsonError::Malformed)));
    let refused = check(&resigned(&token, [0; 64]), &keys, &[Algorithm::EdDsa]);
    assert_eq!(refused, Err(JwsError::InvalidSignature));
}

#[test]
fn row_30_and_31_a_signed_payload_is_one_clean_json_object() {
    let key = SigningKey::generate(Algorithm::EdDsa).key_id("k");
    let keys = key_set(&[&key]);
    for (payload, fault) in [
        (r#"[{"sub": "alice"}]"#, StrictJsonError::NotAnObject),
        ("null", StrictJsonError::NotAnObject),
        ("1", StrictJsonError::NotAnObject),
        ("", StrictJsonError::Malformed),
        (
            r#"{"sub": "alice", "sub": "bob"}"#,
            StrictJsonError::DuplicateMember,
        ),
        (
            r#"{"realm_access": {"roles": [], "roles": ["admin"]}}"#,
            StrictJsonError::DuplicateMember,
        ),
    ] {
        let refused = check(
            &key.sign(&header(Algorithm::EdDsa), payload.as_bytes()),
            &keys,
            &[Algorithm::EdDsa],
        );
        assert_eq!(refused, Err(JwsError::Payload(fault)), "{payload}");
    }
    assert!(
        check(
            &key.sign(&header(Algorithm::EdDsa), b"{}"),
            &keys,
            &[Algorithm::EdDsa]
        )
        .is_ok()
    );
}

#[test]
fn the_lower_layer_stops_after_the_signature() {
    let key = SigningKey::generate(Algorithm::Es384).key_id("k");
    let keys = key_set(&[&key]);
    let text = key.sign(&json!({"alg": "ES384", "kid": "k", "typ": "at+jwt"}), b"foo");
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    let signed = verify_bytes(&token, &keys, &[Algorithm::Es384]).unwrap();
    assert_eq!(signed.payload(), b"foo");
    assert!(signed.header().token_type().unwrap().is("at+jwt"));
    assert_eq!(
        signed.into_claims().unwrap_err(),
        JwsError::Payload(StrictJsonError::Malformed)
    );
    assert!(verify_bytes(&token, &KeySet::default(), &[Algorithm::Es384]).is_err());
}

#[test]
fn row_104_debug_says_nothing_of_the_claims() {
    let key = SigningKey::generate(Algorithm::EdDsa).key_id("k");
    let keys = key_set(&[&key]);
    let text = key.sign(&header(Algorithm::EdDsa), br#"{"sub": "canary"}"#);
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    let signed = verify_bytes(&token, &keys, &[Algorithm::EdDsa]).unwrap();
    let shown = format!("{signed:?} {:?}", signed.into_claims().unwrap());
    assert!(shown.contains("EdDsa"), "{shown}");
    assert!(
        !shown.contains("canary") && text.split('.').all(|part| !shown.contains(part)),
        "{shown}"
    );
}

#[cfg(feature = "insecure-dev")]
#[test]
fn the_development_switch_skips_the_signature_and_nothing_else() {
    let key = SigningKey::generate(Algorithm::EdDsa);
    let claims = |payload: &[u8]| {
        let text = resigned(&key.sign(&header(Algorithm::EdDsa), payload), "anything");
        let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
        insecure_skip_signature(&token).map(SignatureValid::into_claims)
    };
    assert_eq!(claims(CLAIMS).unwrap()["sub"], "alice");
    assert_eq!(
        claims(b"[]"),
        Err(JwsError::Payload(StrictJsonError::NotAnObject))
    );
}
