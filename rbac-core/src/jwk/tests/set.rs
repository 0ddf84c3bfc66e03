//! The set as a whole: purposes, secrets, duplicates, limits.

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
fn row_54_keys_that_share_an_id_are_all_rejected() {
    let (first, second) = (jwk(Algorithm::Rs256, "same"), jwk(Algorithm::Es256, "same"));
    let set = parse(&[first.clone(), jwk(Algorithm::Es256, "other"), second]);
    assert_eq!(set.len(), 1);
    assert_eq!(set.keys().next().unwrap().key_id().unwrap().as_str(), "other");
    let reasons: Vec<_> = set
        .skipped()
        .iter()
        .map(|skipped| (skipped.index, skipped.reason))
        .collect();
    assert_eq!(
        reasons,
        [(0, SkipReason::DuplicateKeyId), (2, SkipReason::DuplicateKeyId)]
    );

    assert_eq!(
        parse(&[first.clone(), first]).len(),
        0,
        "not even when they are equal"
    );
}

#[test]
fn row_54_an_unusable_key_does_not_take_its_namesake_along() {
    let encryption = with(jwk(Algorithm::Rs256, "same"), json!({"use": "enc"}));
    let set = parse(&[encryption, jwk(Algorithm::Rs256, "same")]);
    assert_eq!(set.len(), 1);
    assert_eq!(set.skipped()[0].reason, SkipReason::NotForSignatures);
}

#[test]
fn row_54_several_keys_without_an_id_are_no_duplicates() {
    let nameless = || with(jwk(Algorithm::Es256, "k"), json!({"kid": null}));
    assert_eq!(parse(&[nameless(), nameless()]).len(), 2);
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

#[test]
fn row_62_what_is_no_key_set_is_an_error_and_an_empty_one_is_empty() {
    let texts = [
        "",
        "<html></html>",
        "null",
        "[]",
        "[[]]",
        "{}",
        r#"{"keys": {}}"#,
        r#"{"keys": null}"#,
        r#"{"keys": "k"}"#,
        r#"{"Keys": []}"#,
        r#"{"keys": []} x"#,
        "\u{feff}{\"keys\": []}",
        r#"{"keys": [}"#,
        r#"{"keys": [], "keys": []}"#,
        r#"{"keys": [], "a": 1, "a": 2}"#,
        r#"{"error": "not_found"}"#,
        r#""keys""#,
    ];
    for text in texts {
        assert_eq!(
            KeySet::parse(text.as_bytes()).unwrap_err(),
            KeySetError::NotAKeySet,
            "{text:?}"
        );
    }
    let empty = KeySet::parse(br#" {"keys": [], "other": {"a": [1]}} "#).unwrap();
    assert!(empty.is_empty() && empty.skipped().is_empty());
}

#[test]
fn row_62_a_set_is_bounded_in_bytes_and_keys() {
    let empty = r#"{"keys": []}"#;
    let with_length = |length: usize| empty.to_owned() + &" ".repeat(length - empty.len());
    assert!(KeySet::parse(with_length(MAX_SET_BYTES).as_bytes()).is_ok());
    assert_eq!(
        KeySet::parse(with_length(MAX_SET_BYTES + 1).as_bytes()).unwrap_err(),
        KeySetError::TooLong
    );

    let keys = |count: usize| format!(r#"{{"keys": [{}]}}"#, vec!["{}"; count].join(","));
    assert_eq!(
        KeySet::parse(keys(MAX_KEYS).as_bytes()).unwrap().skipped().len(),
        MAX_KEYS
    );
    assert_eq!(
        KeySet::parse(keys(MAX_KEYS + 1).as_bytes()).unwrap_err(),
        KeySetError::TooManyKeys
    );
}

#[test]
fn row_16_a_deeply_nested_set_does_not_overflow_the_stack() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let set = KeySet::parse(format!(r#"{{"x": {deep}, "keys": []}}"#).as_bytes());
    assert!(set.unwrap().is_empty());
    let set = KeySet::parse(format!(r#"{{"keys": [{deep}]}}"#).as_bytes()).unwrap();
    assert_eq!(set.skipped()[0].reason, SkipReason::NotAnObject);
}

#[test]
fn row_104_debug_and_reports_say_nothing_of_the_key() {
    let leaked = json!({"kty": "oct", "kid": "leaked", "k": "Y2FuYXJ5"});
    let key = jwk(Algorithm::Rs256, "fine");
    let set = parse(&[leaked, key.clone()]);
    let shown = format!("{set:?} {}", set.skipped()[0].reason);
    assert!(shown.contains("leaked") && shown.contains("fine"), "{shown}");
    assert!(
        !shown.contains("Y2FuYXJ5") && !shown.contains(key["n"].as_str().unwrap()),
        "{shown}"
    );
}
