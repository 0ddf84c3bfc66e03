//! What a header may say, and what makes a token unacceptable.

use super::*;

#[test]
fn row_14_the_header_is_one_clean_json_object() {
    for (json, fault) in [
        (&b"[]"[..], StrictJsonError::NotAnObject),
        (b"null", StrictJsonError::NotAnObject),
        (b"\"alg\"", StrictJsonError::NotAnObject),
        (b"", StrictJsonError::Malformed),
        (b"\xef\xbb\xbf{\"alg\":\"RS256\"}", StrictJsonError::Malformed),
        (b"{\"alg\":\"RS256\"}x", StrictJsonError::Malformed),
        (b"{\"alg\":\"RS256\"}{}", StrictJsonError::Malformed),
        (
            b"{\"alg\":\"RS256\",\"kid\":\"\xff\"}",
            StrictJsonError::Malformed,
        ),
        (
            b"{\"alg\":\"RS256\",\"kid\":\"\\ud800\"}",
            StrictJsonError::Malformed,
        ),
    ] {
        assert_eq!(refused(&token(json)), TokenError::Header(fault), "{json:?}");
    }
    assert!(UnverifiedToken::parse(&token(" {\"alg\":\r\n \"RS256\"} "), LIMIT).is_ok());
}

#[test]
fn row_15_duplicate_header_members_are_refused() {
    for json in [
        r#"{"alg":"RS256","alg":"RS256"}"#,
        r#"{"alg":"none","alg":"RS256"}"#,
        r#"{"alg":"RS256","\u0061lg":"none"}"#,
        r#"{"alg":"RS256","kid":"a","kid":"b"}"#,
        r#"{"alg":"RS256","jwk":{"kty":"RSA","kty":"oct"}}"#,
    ] {
        assert_eq!(
            refused(&token(json)),
            TokenError::Header(StrictJsonError::DuplicateMember),
            "{json}"
        );
    }
    assert!(header(&json!({"alg": "RS256", "Alg": "none"})).is_ok());
}

#[test]
fn row_16_a_deeply_nested_header_is_refused() {
    let nested = |levels: usize| {
        token(format!(
            "{{\"alg\":\"RS256\",\"x\":{}{}}}",
            "[".repeat(levels),
            "]".repeat(levels)
        ))
    };
    assert!(UnverifiedToken::parse(&nested(15), LIMIT).is_ok());
    assert_eq!(refused(&nested(16)), TokenError::Header(StrictJsonError::TooDeep));
    let bottomless = nested(1_000_000);
    let refused = UnverifiedToken::parse(&bottomless, usize::MAX).unwrap_err();
    assert_eq!(refused, TokenError::Header(StrictJsonError::TooDeep));
}

#[test]
fn row_17_none_in_any_spelling_and_an_empty_signature_are_refused() {
    for name in ["none", "NONE", "nOnE", "None", ""] {
        for members in [json!({"alg": name}), json!({"alg": name, "kid": "k1"})] {
            assert_eq!(
                header(&members).unwrap_err(),
                TokenError::UnsupportedAlgorithm,
                "{members}"
            );
            let unsigned = format!("{}.e30.", base64url::encode(members.to_string()));
            assert_eq!(refused(&unsigned), TokenError::EmptySignature, "{members}");
        }
    }
    assert_eq!(refused("eyJhbGciOiJSUzI1NiJ9.e30."), TokenError::EmptySignature);
    assert!(header(&json!({"alg": "RS256"})).is_ok());
}

#[test]
fn row_18_symmetric_algorithms_do_not_exist() {
    for name in ["HS256", "HS384", "HS512"] {
        assert_eq!(
            header(&json!({"alg": name, "kid": "k1"})).unwrap_err(),
            TokenError::UnsupportedAlgorithm
        );
    }
    assert!(header(&json!({"alg": "ES256", "kid": "k1"})).is_ok());
}

#[test]
fn row_21_alg_is_one_exact_name() {
    for value in [
        json!(["RS256"]),
        json!(null),
        json!(256),
        json!({"RS256": true}),
        json!(true),
    ] {
        assert_eq!(
            header(&json!({"alg": value})).unwrap_err(),
            TokenError::NoAlgorithm,
            "{value}"
        );
    }
    assert_eq!(
        header(&json!({"typ": "JWT"})).unwrap_err(),
        TokenError::NoAlgorithm
    );
    for name in [
        "rs256", "RS256 ", "RS256\0", "RS255", "RSA", "EDDSA", "Ed25519", "ES512", "ES256K",
    ] {
        assert_eq!(
            header(&json!({"alg": name})).unwrap_err(),
            TokenError::UnsupportedAlgorithm,
            "{name:?}"
        );
    }
    for algorithm in Algorithm::ALL {
        assert_eq!(
            header(&json!({"alg": algorithm.name()})).unwrap().algorithm(),
            algorithm
        );
    }
}

#[test]
fn row_22_crit_is_refused_in_any_form() {
    for crit in [
        json!(["exp"]),
        json!([]),
        json!(["alg"]),
        json!(["b64", "b64"]),
        json!(["absent"]),
        json!("exp"),
        json!(null),
        json!({}),
    ] {
        let members = json!({"alg": "RS256", "exp": 1, "crit": crit});
        assert_eq!(
            header(&members).unwrap_err(),
            TokenError::CriticalExtension,
            "{members}"
        );
    }
    assert!(header(&json!({"alg": "RS256", "exp": 1})).is_ok());
}

#[test]
fn row_23_an_unencoded_payload_is_refused() {
    for value in [json!(false), json!(true), json!(null), json!("false")] {
        assert_eq!(
            header(&json!({"alg": "RS256", "b64": value})).unwrap_err(),
            TokenError::ForbiddenMember("b64")
        );
    }
    assert!(header(&json!({"alg": "RS256", "B64": false})).is_ok());
}

#[test]
fn row_24_nothing_is_inflated_decrypted_or_derived() {
    for (name, value) in [
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("p2c", json!(u64::MAX)),
        ("p2s", json!("c2FsdA")),
        ("zip", json!(null)),
    ] {
        let members = json!({"alg": "RS256", name: value});
        assert_eq!(
            header(&members).unwrap_err(),
            TokenError::ForbiddenMember(name),
            "{members}"
        );
    }
    assert!(header(&json!({"alg": "RS256", "cty": "JWT", "nonce": "n"})).is_ok());
}

#[test]
fn row_25_keys_and_addresses_in_the_header_are_not_looked_at() {
    let members = json!({
        "alg": "RS256", "jwk": [1], "jku": "https://evil.example/jwks", "x5u": 7, "x5c": {}, "x5t": null, "x5t#S256": "-"
    });
    let read = header(&members).unwrap();
    assert_eq!(read.algorithm(), Algorithm::Rs256);
    assert!(read.key_id().is_none());
}

#[test]
fn row_26_a_key_id_is_opaque_and_at_most_256_bytes() {
    for name in [
        "../../etc/passwd",
        "' OR 1=1 --",
        "k\0k",
        "",
        "https://evil.example",
        &"k".repeat(256),
    ] {
        let read = header(&json!({"alg": "RS256", "kid": name})).unwrap();
        assert_eq!(read.key_id().unwrap().as_str(), name);
    }
    assert_eq!(
        header(&json!({"alg": "RS256", "kid": "k".repeat(257)})).unwrap_err(),
        TokenError::KeyIdTooLong
    );
    assert_eq!(
        header(&json!({"alg": "RS256", "kid": "ä".repeat(129)})).unwrap_err(),
        TokenError::KeyIdTooLong
    );
    let text = token(json!({"alg": "RS256", "kid": "k".repeat(1 << 20)}).to_string());
    assert_eq!(
        UnverifiedToken::parse(&text, usize::MAX).unwrap_err(),
        TokenError::KeyIdTooLong
    );
}

#[test]
fn row_27_a_key_id_is_a_string_or_absent() {
    for value in [
        json!(1),
        json!(null),
        json!(["k1"]),
        json!({"k1": 1}),
        json!(true),
    ] {
        assert_eq!(
            header(&json!({"alg": "RS256", "kid": value})).unwrap_err(),
            TokenError::KeyIdNotAString
        );
    }
    assert!(header(&json!({"alg": "RS256"})).unwrap().key_id().is_none());
}

#[test]
fn row_44_types_compare_without_case_and_without_application() {
    for spelling in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert!(TokenType::new(spelling).is("at+jwt"), "{spelling}");
    }
    for other in [
        "",
        "jwt",
        "at+jwt ",
        "application/",
        "application/application/at+jwt",
        "text/at+jwt",
        "at+jwt\0",
    ] {
        assert!(!TokenType::new(other).is("at+jwt"), "{other:?}");
    }
    // RFC 7515 section 4.1.9: the prefix is left out only where no other slash follows.
    assert!(TokenType::new("text/plain").is("text/plain"));
    assert!(!TokenType::new("application/text/plain").is("text/plain"));
    for value in [json!(1), json!(null), json!(["at+jwt"])] {
        assert_eq!(
            header(&json!({"alg": "RS256", "typ": value})).unwrap_err(),
            TokenError::TypeNotAString
        );
    }
}

#[test]
fn row_103_a_key_id_cannot_write_into_a_log() {
    let key_id = KeyId::new("\u{1b}[31m\r\nINFO all is well\u{202e}").unwrap();
    for shown in [key_id.to_string(), format!("{key_id:?}")] {
        assert!(
            shown
                .chars()
                .all(|shown| !shown.is_control() && shown != '\u{202e}'),
            "{shown:?}"
        );
    }
    assert_eq!(KeyId::new("rsa-2024").unwrap().to_string(), "rsa-2024");
}
