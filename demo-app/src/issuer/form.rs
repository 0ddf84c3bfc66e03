//! Form bodies and query strings, each name once.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use url::form_urlencoded;

use super::oauth_error::OAuthError;

/// The most bytes of a body that are read.
const LIMIT: usize = 64 * 1024;
/// The most fields that a form may have.
const FIELDS: usize = 100;

/// The fields of an `application/x-www-form-urlencoded` body or query.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Parses a body or a query string.
    ///
    /// # Errors
    /// When a name stands there twice, as Keycloak does: which of the two counts would be a guess.
    pub(super) fn parse(encoded: &[u8]) -> Result<Self, OAuthError> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if fields.len() == FIELDS || fields.iter().any(|(known, _)| *known == name) {
                return Err(OAuthError::invalid_request("duplicated parameter"));
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// The field of that name, empty or not.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The field of that name, when it is there and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// The field of that name.
    ///
    /// # Errors
    /// 400 when it is not there or empty.
    pub(super) fn require(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.field(name).ok_or_else(|| OAuthError::missing(name))
    }
}

impl FromRequest for Form {
    type Error = OAuthError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form_type = request
            .content_type()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let body = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !form_type {
                // As in Keycloak: what is no form has no fields, and the endpoint says which one it misses.
                return Ok(Self::default());
            }
            let body = body.await.map_err(|_| unreadable())?;
            match body.to_bytes_limited(LIMIT).await {
                Ok(Ok(bytes)) => Self::parse(&bytes),
                Ok(Err(_)) => Err(unreadable()),
                Err(_) => Err(too_large()),
            }
        })
    }
}

fn unreadable() -> OAuthError {
    OAuthError::invalid_request("The body could not be read")
}

fn too_large() -> OAuthError {
    OAuthError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "invalid_request",
        "The body is too large",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_empty_ones_count_as_absent() {
        let form = Form::parse(b"a=1%262&b=&c=x+y").unwrap();
        assert_eq!(form.field("a"), Some("1&2"));
        assert_eq!(form.field("c"), Some("x y"));
        assert_eq!(form.field("b"), None);
        assert_eq!(
            form.require("b").unwrap_err().description(),
            "Missing parameter: b"
        );
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        assert_eq!(
            Form::parse(b"a=1&a=2").unwrap_err().description(),
            "duplicated parameter"
        );
    }
}
