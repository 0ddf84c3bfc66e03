//! Tests: every text that is not a token, each beside one that is.

mod header;
mod shape;

use super::*;
use crate::algorithm::Algorithm;
use serde_json::json;

const LIMIT: usize = DEFAULT_MAX_TOKEN_BYTES;

fn token(header: impl AsRef<[u8]>) -> String {
    format!(
        "{}.{}.{}",
        base64url::encode(header),
        base64url::encode("{}"),
        base64url::encode("signature")
    )
}

fn header(members: &Value) -> Result<UnverifiedHeader, TokenError> {
    let text = token(members.to_string());
    UnverifiedToken::parse(&text, LIMIT).map(|token| token.unverified_header().clone())
}

fn refused(text: &str) -> TokenError {
    UnverifiedToken::parse(text, LIMIT).unwrap_err()
}
