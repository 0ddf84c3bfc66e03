//! Size, parts, encoding, and what may be asked of a token.

use super::*;

#[test]
fn a_token_is_taken_apart() {
    let text = token(r#"{"alg": "RS256", "kid": "k1", "typ": "JWT"}"#);
    let token = UnverifiedToken::parse(&text, LIMIT).unwrap();
    let header = token.unverified_header();
    assert_eq!(header.algorithm(), Algorithm::Rs256);
    assert_eq!(header.key_id().unwrap().as_str(), "k1");
    assert!(header.token_type().unwrap().is("jwt"));
    assert_eq!(token.signature(), b"signature");
    assert_eq!(token.unverified_payload(), b"{}");
    assert!(text.as_bytes().starts_with(token.signing_input()));
    assert_eq!(text.as_bytes()[token.signing_input().len()], b'.');
}

#[test]
fn row_08_an_oversize_token_is_refused_before_it_is_decoded() {
    let fitting = token(r#"{"alg":"RS256"}"#);
    assert!(UnverifiedToken::parse(&fitting, fitting.len()).is_ok());
    let too_long = UnverifiedToken::parse(&fitting, fitting.len() - 1).unwrap_err();
    assert_eq!(
        too_long,
        TokenError::TooLong {
            limit: fitting.len() - 1
        }
    );
    // Nothing of this could be decoded, and nobody tried.
    assert_eq!(
        refused(&"=".repeat(LIMIT + 1)),
        TokenError::TooLong { limit: LIMIT }
    );
}

#[test]
fn row_09_millions_of_dots_are_split_no_further_than_the_third() {
    let dots = ".".repeat(5_000_000);
    assert_eq!(
        UnverifiedToken::parse(&dots, usize::MAX).unwrap_err(),
        TokenError::NotThreeParts
    );
    assert!(!looks_like_jws(&dots));
    assert!(UnverifiedToken::parse(&token(r#"{"alg":"RS256"}"#), usize::MAX).is_ok());
}

#[test]
fn row_11_exactly_three_parts_make_a_token() {
    let good = token(r#"{"alg":"RS256"}"#);
    let jwe = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a2V5.aXY.Y2lwaGVy.dGFn";
    for text in [
        "",
        "e30",
        "e30.e30",
        jwe,
        &format!("{good}."),
        &format!("{good}.e30"),
        &format!("{good}.."),
    ] {
        assert_eq!(refused(text), TokenError::NotThreeParts, "{text}");
    }
    assert_eq!(
        refused(&format!(".{}", good.rsplit_once('.').unwrap().0)),
        TokenError::Header(StrictJsonError::Malformed)
    );
    assert!(UnverifiedToken::parse(&good, LIMIT).is_ok());
}

#[test]
fn row_12_json_serialisation_is_refused() {
    let [protected, payload, signature] = ["eyJhbGciOiJSUzI1NiJ9", "e30", "c2ln"];
    let flattened = json!({"protected": protected, "payload": payload, "signature": signature}).to_string();
    let general =
        json!({"payload": payload, "signatures": [{"protected": protected, "signature": signature}]})
            .to_string();
    assert_eq!(refused(&flattened), TokenError::NotThreeParts);
    assert_eq!(refused(&general), TokenError::NotThreeParts);
    // With two dots inside it gets past the split and no further.
    assert_eq!(refused(r#"{"a":"."}.e30"#), TokenError::Encoding(Part::Header));
    assert!(UnverifiedToken::parse(&format!("{protected}.{payload}.{signature}"), LIMIT).is_ok());
}

#[test]
fn row_13_every_part_must_be_canonical_base64url() {
    assert!(UnverifiedToken::parse("eyJhbGciOiJSUzI1NiJ9.e30.c2ln", LIMIT).is_ok());
    for (text, part) in [
        ("eyJhbGciOiJSUzI1NiJ9 .e30.c2ln", Part::Header),
        (" eyJhbGciOiJSUzI1NiJ9.e30.c2ln", Part::Header),
        ("eyJhbGciOiJSUzI1NiJ9=.e30.c2ln", Part::Header),
        ("eyJhbGciOiJSUzI1NiJ9.e31.c2ln", Part::Payload),
        ("eyJhbGciOiJSUzI1NiJ9.e30=.c2ln", Part::Payload),
        ("eyJhbGciOiJSUzI1NiJ9.e3\n0.c2ln", Part::Payload),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2ln\n", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2+n", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2/n", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2lnQ", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2lnQR", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.c2ln\0", Part::Signature),
        ("eyJhbGciOiJSUzI1NiJ9.e30.ç2ln", Part::Signature),
    ] {
        assert_eq!(refused(text), TokenError::Encoding(part), "{text:?}");
    }
}

#[test]
fn the_issuer_is_read_strictly_and_only_as_a_string() {
    let issuer = |payload: &str| {
        let text = format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", base64url::encode(payload));
        UnverifiedToken::parse(&text, LIMIT).unwrap().unverified_issuer()
    };
    assert_eq!(
        issuer(r#"{"iss": "https://sso.example/realms/a"}"#).unwrap(),
        "https://sso.example/realms/a"
    );
    for payload in [
        "{}",
        r#"{"iss": null}"#,
        r#"{"iss": ["https://sso.example/realms/a"]}"#,
        r#"{"iss": 1}"#,
    ] {
        assert_eq!(issuer(payload), Err(IssuerError::NoIssuer), "{payload}");
    }
    let twice = issuer(r#"{"iss": "a", "iss": "b"}"#);
    assert_eq!(twice, Err(IssuerError::Payload(StrictJsonError::DuplicateMember)));
    assert_eq!(
        issuer("foo"),
        Err(IssuerError::Payload(StrictJsonError::Malformed))
    );
}

#[test]
fn opaque_tokens_do_not_look_like_a_jws() {
    assert!(looks_like_jws(&token(r#"{"alg":"none"}"#)));
    assert!(looks_like_jws("eyJhbGciOiJSUzI1NiJ9.."));
    let opaque = [
        "",
        "2YotnFZFEjr1zCsicMWpAA",
        "a.b.c",
        "..",
        "e30.e30.e30",
        "eyJhbGciOiJSUzI1NiJ9.e30",
    ];
    for text in opaque {
        assert!(!looks_like_jws(text), "{text}");
    }
    assert!(!looks_like_jws(&format!(
        "eyJhbGciOiJSUzI1NiJ9.{}.c2ln",
        "A".repeat(LIMIT)
    )));
}

#[test]
fn row_104_debug_and_errors_say_nothing_of_the_token() {
    let text = format!(
        "eyJhbGciOiJSUzI1NiJ9.{}.c2ln",
        base64url::encode(r#"{"sub":"canary"}"#)
    );
    let shown = format!("{:?}", UnverifiedToken::parse(&text, LIMIT).unwrap());
    assert!(shown.contains("Rs256"), "{shown}");
    assert!(
        text.split('.').all(|part| !shown.contains(part)) && !shown.contains("canary"),
        "{shown}"
    );
    for text in [
        "canary",
        "canary.canary.canary!",
        &token(r#"{"alg":"canary"}"#),
        &token(r#"{"alg":"RS256","kid":["canary"]}"#),
    ] {
        let error = refused(text);
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}
