//! Tests: what is refused, each beside its nearest acceptable neighbour.

use super::*;

fn refused(text: impl AsRef<[u8]>) -> StrictJsonError {
    parse_object(text.as_ref()).unwrap_err()
}

#[test]
fn an_object_is_read_as_serde_json_reads_it() {
    let text = r#" {"a": [1, -2, 3.5, true, null, "A\"\n", {}], "b": {"c": "ä€😀"}} "#;
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(Value::Object(parse_object(text.as_bytes()).unwrap()), expected);
    assert_eq!(parse_object(b"{}").unwrap(), Map::new());
}

#[test]
fn row_14_only_an_object_is_an_object() {
    for text in ["[]", "null", "1", "true", "\"{}\"", "[{}]"] {
        assert_eq!(refused(text), StrictJsonError::NotAnObject, "{text}");
    }
    assert!(parse_object(b"{}").is_ok());
}

#[test]
fn row_14_a_byte_order_mark_and_trailing_bytes_are_refused() {
    assert!(parse_object(b" {} \r\n\t").is_ok());
    for text in [
        "\u{feff}{}",
        "{}\0",
        "{} {}",
        "{}x",
        "{},",
        "",
        " ",
        "{",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
    ] {
        assert_eq!(refused(text), StrictJsonError::Malformed, "{text:?}");
    }
}

#[test]
fn row_14_invalid_utf_8_is_refused_in_names_and_values() {
    assert!(parse_object("{\"ä\": \"ä\"}".as_bytes()).is_ok());
    let broken: [&[u8]; 5] = [
        b"{\"a\": \"\xff\"}",
        b"{\"\xc3\": 1}",
        b"{\"a\": \"\xed\xa0\x80\"}",
        b"{\"a\": \"\xc0\x80\"}",
        b"{\"a\":\xa0 1}",
    ];
    for text in broken {
        assert_eq!(refused(text), StrictJsonError::Malformed, "{text:?}");
    }
}

#[test]
fn row_14_lone_surrogates_are_refused_and_pairs_are_not() {
    assert_eq!(parse_object(br#"{"a": "\ud83d\ude00"}"#).unwrap()["a"], "😀");
    let lone = [
        r#"{"a": "\ud83d"}"#,
        r#"{"a": "\ude00"}"#,
        r#"{"a": "\ud83d\u0041"}"#,
        r#"{"\ude00\ud83d": 1}"#,
    ];
    for text in lone {
        assert_eq!(refused(text), StrictJsonError::Malformed, "{text}");
    }
}

#[test]
fn control_characters_must_be_escaped() {
    assert_eq!(parse_object(br#"{"a": "\u0000"}"#).unwrap()["a"], "\0");
    assert_eq!(refused("{\"a\": \"\0\"}"), StrictJsonError::Malformed);
    assert_eq!(refused("{\"a\": \"\n\"}"), StrictJsonError::Malformed);
}

#[test]
fn row_15_and_31_duplicate_members_are_refused_at_any_depth() {
    assert!(parse_object(br#"{"a": 1, "A": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}"#).is_ok());
    let duplicates = [
        r#"{"a": 1, "a": 1}"#,
        r#"{"a": 1, "b": 2, "a": null}"#,
        r#"{"a": 1, "\u0061": 2}"#,
        r#"{"realm_access": {"roles": [], "roles": ["admin"]}}"#,
        r#"{"a": [[{"b": {"c": 1, "c": 1}}]]}"#,
        r#"{"": 1, "": 1}"#,
    ];
    for text in duplicates {
        assert_eq!(refused(text), StrictJsonError::DuplicateMember, "{text}");
    }
}

#[test]
fn row_16_sixteen_levels_pass_and_seventeen_do_not() {
    let arrays = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert!(parse_object(arrays(MAX_DEPTH).as_bytes()).is_ok());
    assert!(parse_object(objects(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(refused(arrays(MAX_DEPTH + 1)), StrictJsonError::TooDeep);
    assert_eq!(refused(objects(MAX_DEPTH + 1)), StrictJsonError::TooDeep);
}

#[test]
fn row_16_a_million_levels_do_not_overflow_the_stack() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        assert_eq!(
            refused(open.repeat(1_000_000)),
            StrictJsonError::TooDeep,
            "{open}"
        );
    }
}

#[test]
fn the_number_of_members_and_elements_is_bounded_in_all() {
    let elements = |count: usize| format!("{{\"a\":[{}]}}", vec!["0"; count].join(","));
    assert!(parse_object(elements(MAX_MEMBERS - 1).as_bytes()).is_ok());
    assert_eq!(refused(elements(MAX_MEMBERS)), StrictJsonError::TooManyMembers);

    let members: Vec<String> = (0..=MAX_MEMBERS)
        .map(|index| format!("\"{index}\":{{}}"))
        .collect();
    assert!(parse_object(format!("{{{}}}", members[1..].join(",")).as_bytes()).is_ok());
    assert_eq!(
        refused(format!("{{{}}}", members.join(","))),
        StrictJsonError::TooManyMembers
    );
}

#[test]
fn row_32_numbers_beyond_a_double_are_refused() {
    assert_eq!(
        parse_object(br#"{"exp": 1e300}"#).unwrap()["exp"].as_f64(),
        Some(1e300)
    );
    assert_eq!(
        parse_object(br#"{"exp": 18446744073709551615}"#).unwrap()["exp"].as_u64(),
        Some(u64::MAX)
    );
    assert_eq!(
        parse_object(br#"{"exp": -9223372036854775808}"#).unwrap()["exp"].as_i64(),
        Some(i64::MIN)
    );
    for text in [
        "1e400", "-1e400", "01", "+1", "1.", ".5", "NaN", "Infinity", "0x10", "1e", "--1",
    ] {
        assert_eq!(
            refused(format!("{{\"exp\": {text}}}")),
            StrictJsonError::Malformed,
            "{text}"
        );
    }
}

#[test]
fn a_fraction_that_arrives_as_text_is_a_double_or_refused() {
    assert_eq!(number("7.5").unwrap().as_f64(), Some(7.5));
    assert_eq!(
        number("18446744073709551616").unwrap().as_f64(),
        Some(18_446_744_073_709_551_616.0)
    );
    assert_eq!(number("1e400"), None);
    assert_eq!(number("seven"), None);
}

#[test]
fn an_object_that_imitates_serde_json_is_an_object() {
    let text = br#"{"exp": {"$serde_json::private::Number": "1700000000"}}"#;
    let read = &parse_object(text).unwrap()["exp"];
    // In a build with `arbitrary_precision` no reader can tell the two apart, serde_json's own included.
    assert_eq!(read.is_object(), NUMBER_KEY.is_none());
}

#[test]
fn row_104_errors_say_nothing_of_the_text() {
    for text in [r#"{"s3cret": 1, "s3cret": 2}"#, r#"{"a": "s3cret"#, r#""s3cret""#] {
        let error = refused(text);
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}
