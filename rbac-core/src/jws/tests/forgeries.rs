//! What an attacker without the private key tries.

use super::*;
use aws_lc_rs::hmac;

/// A token whose signature is an HMAC under octets that everybody knows.
fn hmac_signed(head: &Value, secret: &[u8]) -> String {
    let signing_input = format!("{}.{}", encode(head.to_string()), encode(CLAIMS));
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, secret),
        signing_input.as_bytes(),
    );
    format!("{signing_input}.{}", encode(tag))
}

#[test]
fn row_18_the_public_key_is_no_shared_secret() {
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let der = key.public_key_der();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        encode(&der)
    );
    let jwk = key.public_jwk().to_string();
    for secret in [&der[..], pem.as_bytes(), jwk.as_bytes(), b""] {
        let named_hs256 = hmac_signed(&json!({"alg": "HS256", "kid": "k"}), secret);
        let refused = UnverifiedToken::parse(&named_hs256, DEFAULT_MAX_TOKEN_BYTES).unwrap_err();
        assert_eq!(refused, TokenError::UnsupportedAlgorithm);

        let named_rs256 = hmac_signed(&header(Algorithm::Rs256), secret);
        let refused = check(&named_rs256, &key_set(&[&key]), &Algorithm::ALL);
        assert_eq!(refused, Err(JwsError::InvalidSignature));
    }
    let honest = key.sign(&header(Algorithm::Rs256), CLAIMS);
    assert!(check(&honest, &key_set(&[&key]), &Algorithm::ALL).is_ok());
}

#[test]
fn row_18_a_symmetric_key_in_the_set_opens_nothing() {
    let leaked = json!({"kty": "oct", "kid": "k", "k": encode("secret")});
    let honest = SigningKey::generate(Algorithm::EdDsa).key_id("honest");
    let keys = parse(&json!({ "keys": [leaked, honest.public_jwk()] }));
    for name in ["RS256", "ES256", "EdDSA"] {
        let refused = check(
            &hmac_signed(&json!({"alg": name, "kid": "k"}), b"secret"),
            &keys,
            &Algorithm::ALL,
        );
        assert_eq!(refused, Err(JwsError::Key(SelectError::UnknownKeyId)), "{name}");
    }
    let token = honest.sign(&json!({"alg": "EdDSA", "kid": "honest"}), CLAIMS);
    assert!(check(&token, &keys, &Algorithm::ALL).is_ok());
}

#[test]
fn row_25_a_key_that_the_token_brings_along_is_not_used() {
    let honest = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let attacker = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let keys = key_set(&[&honest]);
    let members = json!({
        "alg": "RS256", "kid": "k", "jwk": attacker.public_jwk(), "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/cert", "x5c": [encode(attacker.public_key_der())]
    });
    let refused = check(&attacker.sign(&members, CLAIMS), &keys, &Algorithm::ALL);
    assert_eq!(refused, Err(JwsError::InvalidSignature));
    assert!(
        check(&honest.sign(&members, CLAIMS), &keys, &Algorithm::ALL).is_ok(),
        "ignored, not refused"
    );
}

#[test]
fn row_28_an_unknown_key_id_is_never_answered_with_another_key() {
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let keys = key_set(&[&key]);
    let token = key.sign(&json!({"alg": "RS256", "kid": "other"}), CLAIMS);
    assert_eq!(
        check(&token, &keys, &Algorithm::ALL),
        Err(JwsError::Key(SelectError::UnknownKeyId))
    );
    assert!(
        check(
            &key.sign(&json!({"alg": "RS256"}), CLAIMS),
            &keys,
            &Algorithm::ALL
        )
        .is_ok()
    );
}

#[test]
fn row_51_a_token_of_the_encryption_key_is_refused() {
    let key = SigningKey::generate(Algorithm::Rs256).key_id("k");
    let mut jwk = key.public_jwk();
    let token = key.sign(&header(Algorithm::Rs256), CLAIMS);
    assert!(check(&token, &parse(&json!({ "keys": [jwk] })), &Algorithm::ALL).is_ok());
    jwk["use"] = json!("enc");
    let refused = check(&token, &parse(&json!({ "keys": [jwk] })), &Algorithm::ALL);
    assert_eq!(refused, Err(JwsError::Key(SelectError::UnknownKeyId)));
}

#[test]
fn row_57_the_ed25519_point_that_signs_everything_signs_nothing_here() {
    // With the neutral element as key, the neutral element and 0 are a valid signature of every text.
    let neutral = [&[1][..], &[0; 31]].concat();
    let everything = [&neutral[..], &[0; 32]].concat();
    let raw = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, &neutral);
    assert!(
        raw.verify(b"anything", &everything).is_ok(),
        "the library takes it, hence the rule"
    );

    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": encode(&neutral)});
    let honest = SigningKey::generate(Algorithm::EdDsa).key_id("honest");
    let keys = parse(&json!({ "keys": [jwk, honest.public_jwk()] }));
    let forged = resigned(&honest.sign(&header(Algorithm::EdDsa), CLAIMS), everything);
    let refused = check(&forged, &keys, &Algorithm::ALL);
    assert_eq!(refused, Err(JwsError::Key(SelectError::UnknownKeyId)));
    assert!(
        check(
            &honest.sign(&json!({"alg": "EdDSA", "kid": "honest"}), CLAIMS),
            &keys,
            &Algorithm::ALL
        )
        .is_ok()
    );
}
