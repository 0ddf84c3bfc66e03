use super::*;
use actix_web::test::TestRequest;

fn read(headers: &[&[u8]], uri: &str) -> Result<Option<String>, CredentialsError> {
    let request = headers.iter().fold(TestRequest::with_uri(uri), |request, value| {
        request.append_header((
            "Authorization",
            HeaderValue::from_bytes(value).expect("a header value"),
        ))
    });
    let request = request.to_http_request();
    find(&request, &TokenPlaces::default(), false).map(|found| found.map(|found| found.token.to_owned()))
}

fn read_from(places: &TokenPlaces, headers: &[(&str, &str)]) -> Result<Option<String>, CredentialsError> {
    let add = |request: TestRequest, header: &(&str, &str)| request.append_header(*header);
    let request = headers.iter().fold(TestRequest::default(), add).to_http_request();
    find(&request, places, false).map(|found| found.map(|found| found.token.to_owned()))
}

#[test]
fn a_cookie_counts_only_where_it_is_configured() {
    let cookie = TokenPlaces {
        cookie: Some("token".to_owned()),
        ..TokenPlaces::default()
    };
    let sent = [("Cookie", "a=b; token=abc; c=d")];
    assert_eq!(read_from(&cookie, &sent), Ok(Some("abc".to_owned())));
    assert_eq!(read_from(&TokenPlaces::default(), &sent), Ok(None));
    assert_eq!(
        read_from(&cookie, &[("Cookie", "tokens=abc; xtoken=abc")]),
        Ok(None)
    );
    assert_eq!(
        read_from(&cookie, &[("Cookie", "token=a b")]),
        Err(CredentialsError::Malformed)
    );
    assert_eq!(
        read_from(&cookie, &[("Cookie", "token=")]),
        Err(CredentialsError::Malformed)
    );
    for twice in [
        &[("Cookie", "token=abc; token=abc")][..],
        &[("Cookie", "token=abc"), ("Cookie", "token=abc")],
        &[("Cookie", "token=abc"), ("Authorization", "Bearer abc")],
    ] {
        assert_eq!(
            read_from(&cookie, twice),
            Err(CredentialsError::TwoPlaces),
            "{twice:?}"
        );
    }
}

#[test]
fn a_websocket_protocol_counts_only_where_it_is_configured() {
    let protocol = TokenPlaces {
        websocket_protocol: true,
        ..TokenPlaces::default()
    };
    let sent = [("Sec-WebSocket-Protocol", "chat, bearer, abc")];
    assert_eq!(read_from(&protocol, &sent), Ok(Some("abc".to_owned())));
    assert_eq!(read_from(&TokenPlaces::default(), &sent), Ok(None));
    assert_eq!(
        read_from(&protocol, &[("Sec-WebSocket-Protocol", "chat")]),
        Ok(None)
    );
    assert_eq!(
        read_from(&protocol, &[("Sec-WebSocket-Protocol", "bearer")]),
        Err(CredentialsError::Malformed)
    );
    let twice = [("Sec-WebSocket-Protocol", "bearer, abc, bearer, abc")];
    assert_eq!(read_from(&protocol, &twice), Err(CredentialsError::TwoPlaces));
}

#[test]
fn headers_beyond_what_http1_takes_are_refused() {
    let many = |count: usize| {
        let add = |request: TestRequest, at: usize| request.append_header((format!("x-{at}"), "1"));
        let request = (0..count).fold(TestRequest::default(), add).to_http_request();
        find(&request, &TokenPlaces::default(), false).map(|found| found.is_some())
    };
    assert_eq!(many(MAX_HEADERS), Ok(false));
    assert_eq!(many(MAX_HEADERS + 1), Err(CredentialsError::HeadersTooLarge));
    let long = "x".repeat(MAX_HEADER_BYTES);
    assert_eq!(
        read_from(&TokenPlaces::default(), &[("x", &long)]),
        Err(CredentialsError::HeadersTooLarge)
    );
}

#[test]
fn row_01_no_header_is_no_credentials() {
    assert_eq!(read(&[], "/"), Ok(None));
}

#[test]
fn row_02_the_scheme_is_read_in_any_case() {
    for header in [
        b"Bearer a.b-c_d~e+f/g==",
        b"bearer a.b-c_d~e+f/g==",
        b"BEARER a.b-c_d~e+f/g==",
    ] {
        assert_eq!(read(&[header], "/"), Ok(Some("a.b-c_d~e+f/g==".to_owned())));
    }
}

#[test]
fn rows_03_04_07_a_malformed_header_is_refused() {
    let malformed: [&[u8]; 14] = [
        b"Bearer",
        b"Bearer ",
        b"Bearer  a",
        b"Bearer\ta",
        b"Bearer a b",
        b"a,Bearer b",
        b"Bearer a,b",
        b"Bearer =",
        b"Bearer a=b",
        b"Bearer \xff",
        b"\xff",
        b"",
        b"Bearer \"a\"",
        b" Bearer a",
    ];
    for header in malformed {
        assert_eq!(
            read(&[header], "/"),
            Err(CredentialsError::Malformed),
            "{header:?}"
        );
    }
}

#[test]
fn row_05_two_headers_are_refused_even_when_equal() {
    assert_eq!(
        read(&[b"Bearer a", b"Bearer a"], "/"),
        Err(CredentialsError::SeveralHeaders)
    );
    assert_eq!(
        read(&[b"Basic a", b"Bearer a"], "/"),
        Err(CredentialsError::SeveralHeaders)
    );
}

#[test]
fn row_06_a_token_in_the_query_is_ignored_alone_and_refused_beside_the_header() {
    assert_eq!(read(&[], "/?access_token=a"), Ok(None));
    assert_eq!(
        read(&[b"Bearer a"], "/?x=1&access_token=a"),
        Err(CredentialsError::TwoPlaces)
    );
    assert_eq!(
        read(&[b"Bearer a"], "/?access%5Ftoken=a"),
        Err(CredentialsError::TwoPlaces)
    );
    assert_eq!(read(&[b"Bearer a"], "/?token=a"), Ok(Some("a".to_owned())));
}

#[test]
fn another_scheme_is_no_bearer_credentials() {
    assert_eq!(read(&[b"Basic YTpi"], "/"), Ok(None));
    assert_eq!(read(&[b"Bearerx a"], "/"), Ok(None));
}

#[test]
fn the_scheme_dpop_is_known_where_it_is_on() {
    let read = |header: &str, dpop: bool| {
        let request = TestRequest::default().insert_header(("Authorization", header));
        let request = request.to_http_request();
        find(&request, &TokenPlaces::default(), dpop)
            .map(|found| found.map(|found| (found.token.to_owned(), found.scheme)))
    };
    for header in ["DPoP a.b.c", "dpop a.b.c", "DPOP a.b.c"] {
        assert_eq!(
            read(header, true),
            Ok(Some(("a.b.c".to_owned(), TokenScheme::Dpop)))
        );
        assert_eq!(read(header, false), Ok(None), "as any other scheme");
    }
    assert_eq!(
        read("Bearer a", true),
        Ok(Some(("a".to_owned(), TokenScheme::Bearer)))
    );
    for malformed in [
        "DPoP",
        "DPoP ",
        "DPoP  a",
        "DPoP a b",
        "DPoP a,b",
        "DPoP a, Bearer b",
    ] {
        assert_eq!(
            read(malformed, true),
            Err(CredentialsError::Malformed),
            "{malformed}"
        );
    }
    assert_eq!(read("DPoP", false), Ok(None));
    assert_eq!(read("DPoPx a", true), Ok(None));
}
