//! The `Authorization` header. Input: the query, then one line for each header, as bytes.
#![no_main]

use actix_web::http::Uri;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::test::TestRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let query = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let target = format!("/?{query}");
    let values: Vec<HeaderValue> = lines
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    if target.parse::<Uri>().is_err() || values.len() > 8 {
        return;
    }
    let request = values
        .iter()
        .fold(TestRequest::with_uri(&target), |request, value| {
            request.append_header((AUTHORIZATION, value.clone()))
        });
    let request = request.to_http_request();
    let found = rbac_core::fuzzing::bearer(&request);

    // What RFC 6750 section 2.1 says, read off the page.
    let in_query = decoded_names(request.query_string()).any(|name| name == b"access_token");
    match (values.as_slice(), found) {
        ([], found) => assert_eq!(found, Ok(None)),
        ([one], Ok(Some(token))) => {
            let bytes = one.as_bytes();
            assert!(bytes[..7].eq_ignore_ascii_case(b"bearer "));
            assert_eq!(&bytes[7..], token.as_bytes());
            assert!(is_b64token(token.as_bytes()) && !in_query);
        }
        ([one], Ok(None)) => assert!(!names_bearer(one.as_bytes())),
        ([one], Err(_)) => {
            let token = one.as_bytes().get(7..).unwrap_or_default();
            let is_good = names_bearer(one.as_bytes()) && one.as_bytes()[6] == b' ' && is_b64token(token);
            assert!(!is_good || in_query, "a good header was refused");
        }
        (_, found) => assert!(found.is_err(), "two headers"),
    }
});

/// Whether the first word is the scheme.
fn names_bearer(value: &[u8]) -> bool {
    value.len() > 6 && value[..6].eq_ignore_ascii_case(b"bearer") && value[6] == b' '
}

fn is_b64token(token: &[u8]) -> bool {
    let body = token
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
        .count();
    body > 0 && token[body..].iter().all(|byte| *byte == b'=')
}

fn decoded_names(query: &str) -> impl Iterator<Item = Vec<u8>> {
    query.split('&').map(|pair| {
        let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
        percent_encoding::percent_decode_str(&name).collect()
    })
}
