//! Where the rules come from: a running application, a saved file, or standard input.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

use super::manifest::Manifest;
use crate::exit::Failure;
use crate::text::plain;
use crate::token_source::Token;
use crate::{http, input};

/// The longest list of rules that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The rules that `source` names: an address, asked with `token` if there is one, a file, or `-` for standard input.
pub(crate) async fn load(source: &str, token: Option<&Token>) -> Result<(Manifest, Value), Failure> {
    let value = if source.starts_with("http://") || source.starts_with("https://") {
        fetch(source, token).await?
    } else {
        let text = match source {
            "-" => input::standard(MAX_BYTES)?,
            file => input::file(Path::new(file), MAX_BYTES)?,
        };
        serde_json::from_slice(&text).map_err(|error| unusable(source, &error))?
    };
    let manifest = serde::Deserialize::deserialize(&value).map_err(|error| unusable(source, &error))?;
    Ok((manifest, value))
}

/// The address of an application alone means its `/rbac.json`.
async fn fetch(source: &str, token: Option<&Token>) -> Result<Value, Failure> {
    let mut address = http::address(source)?;
    if address.path() == "/" && address.query().is_none() {
        address.set_path("/rbac.json");
    }
    let mut request = http::Client::new()?.request(Method::GET, &address);
    if let Some(token) = token {
        http::keep_private(&address)?;
        request = request.bearer_auth(token.expose());
    }
    http::send(request, &address).await?.json(&address)
}

fn unusable(source: &str, error: &serde_json::Error) -> Failure {
    let error = plain(&error.to_string());
    Failure::Unjudged(format!("`{}` is no list of rules: {error}", plain(source)))
}
