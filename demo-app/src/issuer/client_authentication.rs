//! Which client is calling (RFC 6749, section 2.3.1).

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::Issuer;
use super::form::Form;
use super::oauth_error::OAuthError;
use super::realm::Client;

impl Issuer {
    /// The client that sent this form: by HTTP Basic or form fields when it has a secret, by its id alone when not.
    ///
    /// # Errors
    /// 401 `invalid_client` for an unknown one, 401 `unauthorized_client` for a wrong secret, as Keycloak answers.
    pub(super) fn authenticate_client(
        &self,
        request: &HttpRequest,
        form: &Form,
    ) -> Result<&Client, OAuthError> {
        let (id, secret) = credentials(request, form);
        let client = id
            .and_then(|id| self.realm.client(&id))
            .filter(|client| client.is_enabled());
        let client = client.ok_or_else(|| refused("invalid_client"))?;
        // INVARIANT: a confidential client passes with its secret and in no other way.
        if client.is_public() || secret.is_some_and(|secret| client.has_secret(&secret)) {
            return Ok(client);
        }
        Err(refused("unauthorized_client"))
    }
}

fn refused(error: &'static str) -> OAuthError {
    OAuthError::new(
        StatusCode::UNAUTHORIZED,
        error,
        "Invalid client or Invalid client credentials",
    )
}

/// Client id and secret; form fields win over the header, as they do in Keycloak.
fn credentials(request: &HttpRequest, form: &Form) -> (Option<String>, Option<String>) {
    let (basic_id, basic_secret) = basic(request).unzip();
    let field = |name| form.field(name).map(str::to_owned);
    (
        field("client_id").or(basic_id),
        field("client_secret").or(basic_secret),
    )
}

fn basic(request: &HttpRequest) -> Option<(String, String)> {
    let (scheme, encoded) = request
        .headers()
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("Basic").then_some(())?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

/// Both halves are form-encoded before they are joined.
fn decode(half: &str) -> String {
    // A bare `=` or `&` would end the value; it can only stand there unencoded, so it is encoded first.
    let whole = half.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(whole.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn header(value: &str) -> Option<(String, String)> {
        basic(
            &TestRequest::default()
                .insert_header((AUTHORIZATION, value))
                .to_http_request(),
        )
    }

    #[test]
    fn basic_credentials_are_decoded_twice() {
        let value = format!("basic {}", STANDARD.encode("a%3Ab:x+y=%26"));
        assert_eq!(header(&value), Some(("a:b".to_owned(), "x y=&".to_owned())));
    }

    #[test]
    fn what_is_no_basic_header_gives_nothing() {
        for value in ["Bearer abc", "Basic", "Basic ????", "Basic YWJj"] {
            assert_eq!(header(value), None, "{value}");
        }
    }
}
