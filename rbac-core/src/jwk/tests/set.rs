//! The set as a whole: duplicates, limits, what is none.

use super::*;

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
