//! Which keys are for us: purposes, kinds, secrets.

use super::*;

#[test]
fn every_kind_of_key_is_read() {
    for algorithm in Algorithm::ALL {
        assert_eq!(algorithms(jwk(algorithm, "k")), [algorithm]);
    }
}

#[test]
fn row_51_keys_for_other_purposes_are_skipped() {
    let key = || jwk(Algorithm::Rs256, "k");
    assert_eq!(
        skipped(with(key(), json!({"use": "enc"}))),
        SkipReason::NotForSignatures
    );
    assert_eq!(
        skipped(with(key(), json!({"use": "SIG"}))),
        SkipReason::NotForSignatures
    );
    assert_eq!(
        skipped(with(key(), json!({"use": ""}))),
        SkipReason::NotForSignatures
    );
    assert_eq!(
        skipped(with(key(), json!({"use": ["sig"]}))),
        SkipReason::Malformed("use")
    );
    assert_eq!(
        skipped(with(key(), json!({"key_ops": ["encrypt"]}))),
        SkipReason::NotForVerification
    );
    assert_eq!(
        skipped(with(key(), json!({"key_ops": []}))),
        SkipReason::NotForVerification
    );
    assert_eq!(
        skipped(with(key(), json!({"key_ops": ["sign, verify"]}))),
        SkipReason::NotForVerification
    );
    assert_eq!(
        skipped(with(key(), json!({"key_ops": "verify"}))),
        SkipReason::Malformed("key_ops")
    );
    assert_eq!(
        skipped(with(key(), json!({"key_ops": ["verify", 1]}))),
        SkipReason::Malformed("key_ops")
    );
    assert_eq!(
        skipped(with(key(), json!({"use": "enc", "key_ops": ["verify"]}))),
        SkipReason::NotForSignatures
    );

    let fitting = [
        json!({"use": null}),
        json!({"use": "sig", "key_ops": ["verify"]}),
        json!({"key_ops": ["sign", "verify"]}),
    ];
    for fitting in fitting {
        assert_eq!(parse(&[with(key(), fitting)]).len(), 1);
    }
}

#[test]
fn row_51_keycloaks_encryption_key_does_not_break_the_set_in_either_order() {
    let encryption = with(
        jwk(Algorithm::Rs256, "enc"),
        json!({"use": "enc", "alg": "RSA-OAEP"}),
    );
    let signing = jwk(Algorithm::Rs256, "sig");
    for keys in [[encryption.clone(), signing.clone()], [signing, encryption]] {
        let set = parse(&keys);
        assert_eq!(set.len(), 1);
        assert_eq!(set.skipped()[0].reason, SkipReason::NotForSignatures);
        assert!(!set.skipped()[0].reason.is_dangerous());
    }
}

#[test]
fn row_51_an_rsa_oaep_key_without_use_is_skipped_by_its_alg() {
    let key = with(
        jwk(Algorithm::Rs256, "k"),
        json!({"use": null, "alg": "RSA-OAEP"}),
    );
    assert_eq!(skipped(key), SkipReason::UnknownAlgorithm);
}

#[test]
fn row_53_unknown_kinds_are_skipped_and_the_set_is_kept() {
    let key = || jwk(Algorithm::Es256, "k");
    assert_eq!(
        skipped(with(key(), json!({"kty": "AKP"}))),
        SkipReason::UnknownKeyType
    );
    assert_eq!(
        skipped(with(key(), json!({"kty": "ec"}))),
        SkipReason::UnknownKeyType
    );
    assert_eq!(
        skipped(with(key(), json!({"kty": null}))),
        SkipReason::Malformed("kty")
    );
    assert_eq!(
        skipped(with(key(), json!({"kty": 1}))),
        SkipReason::Malformed("kty")
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": null, "crv": "secp256k1"}))),
        SkipReason::UnknownCurve
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": null, "crv": "P-521"}))),
        SkipReason::UnknownCurve
    );
    assert_eq!(
        skipped(with(key(), json!({"crv": null}))),
        SkipReason::Malformed("crv")
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": "ES256K"}))),
        SkipReason::UnknownAlgorithm
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": "none"}))),
        SkipReason::UnknownAlgorithm
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": "HS256"}))),
        SkipReason::UnknownAlgorithm
    );
    assert_eq!(
        skipped(with(key(), json!({"alg": ["ES256"]}))),
        SkipReason::Malformed("alg")
    );
    assert_eq!(
        skipped(with(key(), json!({"kid": 1}))),
        SkipReason::Malformed("kid")
    );
    assert_eq!(
        skipped(with(key(), json!({"kid": "k".repeat(257)}))),
        SkipReason::Malformed("kid")
    );
}

#[test]
fn row_53_elements_that_are_no_keys_are_skipped() {
    for element in [json!(null), json!("key"), json!([]), json!(1)] {
        assert_eq!(skipped(element), SkipReason::NotAnObject);
    }
    assert_eq!(skipped(json!({})), SkipReason::Malformed("kty"));
    let deep = (0..20).fold(json!(1), |inner, _| json!({ "a": inner }));
    assert_eq!(
        skipped(with(jwk(Algorithm::Es256, "k"), json!({"x5c": deep}))),
        SkipReason::NotAnObject
    );
}

#[test]
fn row_53_a_key_with_duplicate_members_is_skipped_alone() {
    let good = jwk(Algorithm::Es256, "good");
    let text = format!(r#"{{"keys": [{{"kty": "oct", "kty": "EC", "kid": "k"}}, {good}]}}"#);
    let set = KeySet::parse(text.as_bytes()).unwrap();
    assert_eq!(set.len(), 1);
    assert_eq!(set.skipped()[0].reason, SkipReason::NotAnObject);
}

#[test]
fn row_53_unknown_members_are_ignored() {
    let key = with(
        jwk(Algorithm::Rs256, "k"),
        json!({"x5c": ["MIIB"], "x5t": "abc", "x5t#S256": "def", "issuer": "us", "iat": 1}),
    );
    assert_eq!(parse(&[key]).len(), 1);
}

#[test]
fn row_55_published_secrets_are_dropped_and_reported() {
    let oct = json!({"kty": "oct", "kid": "k", "k": "c2VjcmV0", "alg": "HS256"});
    assert_eq!(skipped(oct), SkipReason::SymmetricKey);
    assert_eq!(
        skipped(json!({"kty": "oct", "use": "enc"})),
        SkipReason::SymmetricKey
    );
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        let reason = skipped(with(jwk(Algorithm::Rs256, "k"), json!({name: "AQAB"})));
        assert_eq!(reason, SkipReason::PrivateKey, "{name}");
        assert!(reason.is_dangerous());
    }
    assert!(SkipReason::SymmetricKey.is_dangerous());
    // Told even where the key would have been left out anyway.
    assert_eq!(
        skipped(with(jwk(Algorithm::Rs256, "k"), json!({"use": "enc", "d": ""}))),
        SkipReason::PrivateKey
    );
}
