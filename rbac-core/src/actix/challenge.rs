//! The `WWW-Authenticate` header (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3).

use std::fmt::Write;

use actix_web::http::header::HeaderValue;

/// A challenge under construction.
pub(crate) struct Challenge {
    text: String,
    separator: &'static str,
}

impl Challenge {
    /// `Bearer realm=".."`, which says no more than that credentials are needed.
    pub(crate) fn bearer(realm: &str) -> Self {
        Self::of("Bearer", realm)
    }

    /// `DPoP realm="..", algs=".."`, where `algs` are the algorithms that proofs may be signed with.
    pub(crate) fn dpop(realm: &str, algs: &str) -> Self {
        Self::of("DPoP", realm).parameter("algs", algs)
    }

    fn of(scheme: &str, realm: &str) -> Self {
        let challenge = Self {
            text: scheme.to_owned(),
            separator: " ",
        };
        challenge.parameter("realm", realm)
    }

    /// Adds a parameter as a quoted string.
    pub(crate) fn parameter(mut self, name: &str, value: &str) -> Self {
        let separator = std::mem::replace(&mut self.separator, ", ");
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{separator}{name}=\"");
        for c in value.chars().filter(|c| matches!(c, ' '..='~')) {
            // RFC 9110 section 5.6.4: a quote and a backslash are escaped.
            if matches!(c, '"' | '\\') {
                self.text.push('\\');
            }
            self.text.push(c);
        }
        self.text.push('"');
        self
    }

    /// The header's value.
    pub(crate) fn value(&self) -> HeaderValue {
        // INVARIANT: `parameter` lets visible ASCII through and nothing else, so the fallback is never taken.
        HeaderValue::from_str(&self.text).unwrap_or_else(|_| HeaderValue::from_static("Bearer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_quoted_strings() {
        let challenge = Challenge::bearer("my\"app\\").parameter("error", "invalid_token");
        assert_eq!(
            challenge.value(),
            r#"Bearer realm="my\"app\\", error="invalid_token""#
        );
    }

    #[test]
    fn a_dpop_challenge_names_the_algorithms_of_proofs() {
        let challenge = Challenge::dpop("myapp", "ES256 EdDSA").parameter("error", "invalid_token");
        assert_eq!(
            challenge.value(),
            r#"DPoP realm="myapp", algs="ES256 EdDSA", error="invalid_token""#
        );
    }

    #[test]
    fn nothing_but_visible_ascii_gets_into_the_header() {
        assert_eq!(
            Challenge::bearer("a\r\nSet-Cookie: b\u{1b}é").value(),
            r#"Bearer realm="aSet-Cookie: b""#
        );
    }
}
