//! Finds the one access token of a request (RFC 6750 section 2.1).

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

/// The bearer token of a request, exactly as it was sent; nothing about it is verified.
#[derive(Clone, Copy)]
pub(crate) struct UnverifiedBearer<'a>(pub(crate) &'a str);

/// The `Authorization` header cannot be understood, or is not the only place that names a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// More than one `Authorization` header. A proxy may have added its own.
    #[error("more than one Authorization header")]
    SeveralHeaders,
    /// Not `Bearer`, one space and a token. Often the word or the token is missing, or a line was folded.
    #[error("the Authorization header is malformed")]
    Malformed,
    /// A token in the header and another in the query.
    #[error("a token in the Authorization header and in the query")]
    TwoPlaces,
}

/// The bearer token of the request; `None` when it carries no bearer credentials at all.
///
/// A token in the query or in the body alone is no credentials: those places end up in logs and are never read.
pub(crate) fn bearer(request: &HttpRequest) -> Result<Option<UnverifiedBearer<'_>>, CredentialsError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(CredentialsError::SeveralHeaders);
    }
    let Some(token) = token_of(value)? else {
        return Ok(None);
    };
    if names_access_token(request.query_string()) {
        return Err(CredentialsError::TwoPlaces);
    }
    Ok(Some(UnverifiedBearer(token)))
}

/// The token behind `Bearer `; `None` for another, well-formed scheme.
fn token_of(value: &HeaderValue) -> Result<Option<&str>, CredentialsError> {
    // Visible ASCII only: anything else has no business in credentials.
    let text = value.to_str().map_err(|_| CredentialsError::Malformed)?;
    let scheme_end = text.find(|c: char| !is_scheme(c)).unwrap_or(text.len());
    let (scheme, rest) = text.split_at(scheme_end);
    if !scheme.eq_ignore_ascii_case("Bearer") {
        let well_formed = !scheme.is_empty() && (rest.is_empty() || rest.starts_with(' '));
        return if well_formed {
            Ok(None)
        } else {
            Err(CredentialsError::Malformed)
        };
    }
    match rest.strip_prefix(' ') {
        Some(token) if is_b64token(token) => Ok(Some(token)),
        _ => Err(CredentialsError::Malformed),
    }
}

/// A character of an authentication scheme (RFC 9110 section 5.6.2, `token`).
fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// `b64token` of RFC 6750 section 2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn names_access_token(query: &str) -> bool {
    !query.is_empty() && url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(headers: &[&[u8]], uri: &str) -> Result<Option<String>, CredentialsError> {
        let request = headers.iter().fold(TestRequest::with_uri(uri), |request, value| {
            request.append_header((
                "Authorization",
                HeaderValue::from_bytes(value).expect("a header value"),
            ))
        });
        bearer(&request.to_http_request()).map(|found| found.map(|token| token.0.to_owned()))
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
}
