//! A token up to its signature. Input: a header and a payload, parted by the first NUL byte; they are signed with a real key,
//! taken apart again and verified. Also: the input as the text of a token.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rbac_core::Algorithm;
use rbac_core::jwk::KeySet;
use rbac_core::jws;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, MAX_KEY_ID_BYTES, UnverifiedToken, looks_like_jws};
use serde_json::Value;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::EdDsa).key_id("k1"));
static KEYS: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::parse(jwk_set([&*KEY]).to_string().as_bytes()).expect("a key set"));

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        as_text(text);
    }
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (header, payload) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    if let Ok(header) = std::str::from_utf8(header) {
        signed(header, payload);
    }
});

fn as_text(text: &str) {
    let Ok(token) = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES) else {
        return;
    };
    assert_eq!(text.matches('.').count(), 2);
    assert!(text.len() <= DEFAULT_MAX_TOKEN_BYTES && looks_like_jws(text));
    assert!(jws::verify_bytes(&token, &KeySet::default(), &Algorithm::ALL).is_err());
    assert!(
        jws::verify_bytes(&token, &KEYS, &[]).is_err(),
        "an empty list allows nothing"
    );
    let shown = format!("{token:?}");
    assert!(
        text.split('.')
            .all(|part| part.len() < 12 || !shown.contains(part))
    );
}

fn signed(header: &str, payload: &[u8]) {
    let text = KEY.sign_text(header, payload);
    let Ok(token) = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES) else {
        return;
    };
    // What was accepted has one meaning, which another reader finds too.
    let members: Value = serde_json::from_str(header).expect("what the strict reader takes is JSON");
    assert!(members.is_object());
    for changes_the_meaning in ["crit", "b64", "zip", "enc", "p2c", "p2s"] {
        assert!(members.get(changes_the_meaning).is_none());
    }
    let unverified = token.unverified_header();
    assert_eq!(members["alg"], unverified.algorithm().name());
    assert_eq!(
        members.get("kid").and_then(Value::as_str),
        unverified.key_id().map(|id| id.as_str())
    );
    assert!(
        unverified
            .key_id()
            .is_none_or(|id| id.as_str().len() <= MAX_KEY_ID_BYTES)
    );
    let one_line = unverified.key_id().map(ToString::to_string).unwrap_or_default();
    assert!(!one_line.chars().any(char::is_control));

    let Ok(valid) = jws::verify_bytes(&token, &KEYS, &[Algorithm::EdDsa]) else {
        return;
    };
    assert_eq!(members["alg"], "EdDSA");
    assert!(members.get("kid").is_none_or(|kid| kid == "k1"));
    assert_eq!(valid.payload(), payload);
    if let Ok(claims) = valid.into_claims() {
        let other: Value = serde_json::from_slice(payload).expect("JSON");
        assert_eq!(other.as_object(), Some(claims.claims()));
    }
    another_signature_is_refused(&text);
}

fn another_signature_is_refused(text: &str) {
    let (signed, signature) = text.rsplit_once('.').expect("a token");
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{signed}.{first}{}", &signature[1..]);
    if let Ok(token) = UnverifiedToken::parse(&forged, DEFAULT_MAX_TOKEN_BYTES) {
        assert!(jws::verify_bytes(&token, &KEYS, &[Algorithm::EdDsa]).is_err());
    }
}
