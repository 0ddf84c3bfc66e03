//! The name by which one request is found again in the logs.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

/// The id of a request: its header `x-request-id`, else the trace id of its `traceparent` (W3C Trace Context), else a random
/// one. All decisions over one request have the same.
///
/// It is an extractor: an application that wants it in its answers or its own logs takes it as an argument.
///
/// ```
/// use actix_web::test::TestRequest;
/// use rbac_core::RequestId;
///
/// let named = TestRequest::default().insert_header(("x-request-id", "7f3a-1")).to_http_request();
/// assert_eq!(RequestId::of(&named).as_str(), "7f3a-1");
/// let hostile = TestRequest::default().insert_header(("x-request-id", "a b\"")).to_http_request();
/// assert_eq!(RequestId::of(&hostile).as_str().len(), 32, "a random one");
/// ```
///
/// # Security
/// A header is the caller's word unless a proxy sets it: two requests may say the same id.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RequestId(Arc<str>);

/// The longest id that is taken from a header, in bytes.
const MAX_BYTES: usize = 128;

impl RequestId {
    /// The id of `request`; the first call settles it.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return known.clone();
        }
        let named = single(request, "x-request-id").filter(|id| is_id(id));
        let traced = || single(request, "traceparent").and_then(trace_id);
        let id = match named.or_else(traced) {
            Some(id) => Self(id.into()),
            None => Self(format!("{:032x}", rand::random::<u128>()).into()),
        };
        request.extensions_mut().insert(id.clone());
        id
    }

    /// The id: up to 128 characters, each a letter, a digit or one of `-._~:/+=@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromRequest for RequestId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// A header that is there once: of two, one may be a proxy's and the other a stranger's.
fn single<'r>(request: &'r HttpRequest, name: &'static str) -> Option<&'r str> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

// INVARIANT: nothing that could end a line or a field of a log, nor grow it without bound.
fn is_id(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/+=@".contains(&byte);
    (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(is_fine)
}

/// The trace id of `version-traceid-parentid-flags` (W3C Trace Context section 3.2).
fn trace_id(header: &str) -> Option<&str> {
    let mut fields = header.split('-');
    let (version, trace, parent, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_set = |text: &str| text.bytes().any(|byte| byte != b'0');
    // Later versions may have more fields; version `ff` is forbidden.
    let is_whole = is_hex(version, 2) && version != "ff" && (version != "00" || fields.next().is_none());
    let is_fine = is_whole
        && is_hex(trace, 32)
        && is_set(trace)
        && is_hex(parent, 16)
        && is_set(parent)
        && is_hex(flags, 2);
    is_fine.then_some(trace)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn id(headers: &[(&'static str, &str)]) -> String {
        let request = headers.iter().fold(TestRequest::default(), |request, header| {
            request.append_header(*header)
        });
        RequestId::of(&request.to_http_request()).to_string()
    }

    fn is_random(id: &str) -> bool {
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id != TRACE
    }

    #[test]
    fn the_header_of_that_name_wins_over_the_trace() {
        let trace = format!("00-{TRACE}-00f067aa0ba902b7-01");
        assert_eq!(id(&[("x-request-id", "abc"), ("traceparent", &trace)]), "abc");
        assert_eq!(id(&[("traceparent", &trace)]), TRACE);
        assert_eq!(id(&[("x-request-id", "a b"), ("traceparent", &trace)]), TRACE);
    }

    #[test]
    fn rows_102_and_103_what_is_malformed_or_endless_or_twice_there_is_not_taken() {
        let endless = "x".repeat(129);
        for wrong in [
            "",
            " ",
            "a\tb",
            "a,b",
            "a\"b",
            "ä",
            "a;b",
            "<script>",
            endless.as_str(),
        ] {
            assert!(is_random(&id(&[("x-request-id", wrong)])), "{wrong:?}");
        }
        assert!(is_random(&id(&[("x-request-id", "a"), ("x-request-id", "b")])));
        for wrong in [
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{TRACE}"),
        ] {
            assert!(is_random(&id(&[("traceparent", &wrong)])), "{wrong}");
        }
        assert_eq!(
            id(&[("traceparent", &format!("01-{TRACE}-00f067aa0ba902b7-01-more"))]),
            TRACE
        );
    }

    #[test]
    fn one_request_keeps_its_id() {
        let request = TestRequest::default().to_http_request();
        assert_eq!(RequestId::of(&request), RequestId::of(&request));
        assert_ne!(
            RequestId::of(&request),
            RequestId::of(&TestRequest::default().to_http_request())
        );
    }
}
