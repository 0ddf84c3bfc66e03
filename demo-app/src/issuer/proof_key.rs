//! Proof keys for code exchange (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::form::Form;
use super::oauth_error::OAuthError;
use super::realm::{Client, Pkce, same_secret};

/// What a code is bound to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Challenge {
    S256(String),
    Plain(String),
}

/// The challenge that a login begins with (section 4.3): a client that is set to `S256` has to send such a one, others may
/// send any.
///
/// # Errors
/// 400 when it is missing or malformed.
pub(super) fn begin(client: &Client, query: &Form) -> Result<Option<Challenge>, OAuthError> {
    let (method, value) = (
        query.field("code_challenge_method"),
        query.field("code_challenge"),
    );
    if client.pkce() == Pkce::S256 && query.require("code_challenge_method")? != "S256" {
        let description = "Invalid parameter: code challenge method is not matching the configured one";
        return Err(OAuthError::invalid_request(description));
    }
    let Some(value) = value else {
        let required = method.is_some() || client.pkce() == Pkce::S256;
        return if required {
            Err(OAuthError::missing("code_challenge"))
        } else {
            Ok(None)
        };
    };
    if !is_well_formed(value) {
        return Err(OAuthError::invalid_request("Invalid parameter: code_challenge"));
    }
    match method {
        Some("S256") => Ok(Some(Challenge::S256(value.to_owned()))),
        None | Some("plain") => Ok(Some(Challenge::Plain(value.to_owned()))),
        Some(_) => Err(OAuthError::invalid_request(
            "Invalid parameter: code_challenge_method",
        )),
    }
}

/// Whether the one who brings the code is the one who began the login (section 4.6).
///
/// # Errors
/// 400 when not.
pub(super) fn check(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), OAuthError> {
    let (challenge, verifier) = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            let description = "PKCE code verifier specified but challenge not present in authorization";
            return Err(OAuthError::invalid_grant(description));
        }
        (Some(_), None) => return Err(OAuthError::invalid_grant("PKCE code verifier not specified")),
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    if !is_well_formed(verifier) {
        return Err(OAuthError::invalid_grant(
            "PKCE verification failed: Invalid code verifier",
        ));
    }
    let matches = match challenge {
        Challenge::S256(expected) => same_secret(expected, &hash(verifier)),
        Challenge::Plain(expected) => same_secret(expected, verifier),
    };
    if matches {
        Ok(())
    } else {
        Err(OAuthError::invalid_grant(
            "PKCE verification failed: Code mismatch",
        ))
    }
}

fn hash(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// The form of verifiers and challenges: 43 to 128 unreserved characters.
fn is_well_formed(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_matches_and_a_changed_one_does_not() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = Challenge::S256("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned());
        assert!(check(Some(&challenge), Some(verifier)).is_ok());
        let changed = verifier.replace("dBj", "dBk");
        assert!(check(Some(&challenge), Some(&changed)).is_err());
        assert!(check(Some(&challenge), None).is_err());
        assert!(check(None, Some(verifier)).is_err());
        assert!(check(None, None).is_ok());
    }
}
