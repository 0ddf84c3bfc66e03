//! The usual causes, from what the token says and what is expected.

use serde_json::Value;

use super::unverified::Unverified;
use super::{Standard, TokenCheck, issuers};
use crate::authenticate::{AuthenticationError, SenderError};
use crate::config::{DpopMode, TokenValidation};
use crate::text::shown;

pub(super) fn of(
    check: TokenCheck,
    error: &AuthenticationError,
    token: &Unverified,
    standard: &Standard<'_>,
) -> Vec<String> {
    let hint = match check {
        TokenCheck::Size => Some("a token of so many bytes mostly carries too many roles".to_owned()),
        TokenCheck::Shape => shape(token, standard),
        TokenCheck::Algorithm | TokenCheck::TokenType => kind(token),
        TokenCheck::Key | TokenCheck::Signature => return key(token, standard),
        TokenCheck::Issuer => issuers::difference(token.claim("iss"), standard),
        TokenCheck::Expiry => expiry(token, standard),
        TokenCheck::NotBefore => not_before(token, standard),
        TokenCheck::Binding => binding(error, token, standard),
        TokenCheck::Audience => audience(token, standard),
        TokenCheck::Subject => lightweight(token),
        TokenCheck::Active => active(token, standard),
        TokenCheck::NotRevoked => Some("its user has to log in again".to_owned()),
        TokenCheck::Credentials | TokenCheck::Available => None,
    };
    hint.into_iter().collect()
}

fn shape(token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    let hint = match token.parts {
        1 if standard.config.validation == TokenValidation::Introspection => return None,
        1 => "an opaque token, which only its issuer can read: `KEYCLOAK_TOKEN_VALIDATION=introspection`",
        5 => "five parts make an encrypted token (JWE), which is not supported",
        3 => return None,
        _ => "it may have been cut or pasted together",
    };
    Some(hint.to_owned())
}

/// Which of the issuer's other tokens it is.
fn kind(token: &Unverified) -> Option<String> {
    let payload = token.claim("typ").unwrap_or_default();
    let header = token.header.string("typ").unwrap_or_default();
    let kind = if payload.eq_ignore_ascii_case("ID") {
        "this is the ID token"
    } else if payload.eq_ignore_ascii_case("Refresh") || payload.eq_ignore_ascii_case("Offline") {
        "this is the refresh token"
    } else if payload.eq_ignore_ascii_case("Logout") || header.to_ascii_lowercase().contains("logout+jwt") {
        "this is a logout token"
    } else if header.to_ascii_lowercase().contains("dpop+jwt") {
        "this is a DPoP proof, which goes into the header `DPoP`"
    } else if token
        .header
        .string("alg")
        .is_some_and(|alg| alg.starts_with("HS"))
    {
        "this is one of the issuer's own tokens, such as the refresh token"
    } else {
        return None;
    };
    Some(format!(
        "{kind}: send the access token (`access_token` of the token answer)"
    ))
}

fn key(token: &Unverified, standard: &Standard<'_>) -> Vec<String> {
    let issuer = token.claim("iss");
    if issuer.is_some_and(|issuer| standard.issuers.contains(&issuer)) {
        let hint = "the token names the configured issuer: its key may have been rotated out, or another server of the same \
                    name signed it";
        return vec![hint.to_owned()];
    }
    let found = issuer.map_or("no issuer".to_owned(), |issuer| format!("`{}`", shown(issuer)));
    let hint = format!("the token names {found}, so it is another realm's or server's");
    [Some(hint), issuers::difference(issuer, standard)]
        .into_iter()
        .flatten()
        .collect()
}

fn expiry(token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    let end = token.date("exp")?;
    let past = standard.now.checked_sub(end)?;
    let cause = match past {
        0..=120 => "renew it earlier, or compare the clocks",
        _ => "get a new one",
    };
    Some(format!("it expired {} ago: {cause}", span(past)))
}

fn not_before(token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    let dates = ["nbf", "iat"].into_iter().filter_map(|name| token.date(name));
    let ahead = dates
        .max()?
        .checked_sub(standard.now)
        .filter(|ahead| *ahead > 0)?;
    let past = "compare this machine's clock with the issuer's";
    Some(format!("it begins in {}: {past}", span(ahead)))
}

fn binding(error: &AuthenticationError, token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    // The errors of a proof say themselves what is wrong with it.
    if let AuthenticationError::Sender(SenderError::Proof(_) | SenderError::NotBound) = error {
        return None;
    }
    let bound_to = token.payload.get("cnf").and_then(Value::as_object)?;
    let hint = if bound_to.contains_key("jkt") && standard.config.sender.dpop == DpopMode::Off {
        "it is bound to a key (`cnf.jkt`), and `RBAC_DPOP` is `off`"
    } else if bound_to.contains_key("jkt") {
        "it is bound to a key (`cnf.jkt`): send it as `Authorization: DPoP ..` with a proof in the header `DPoP`"
    } else if bound_to.contains_key("x5t#S256") {
        "it is bound to a client certificate (`cnf.x5t#S256`): call with that certificate"
    } else {
        "it is bound in a way that is not supported"
    };
    Some(hint.to_owned())
}

fn audience(token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    if token.is_lightweight() {
        return lightweight(token);
    }
    let client = token
        .claim("azp")
        .map_or("that asked for it".to_owned(), |client| {
            format!("`{}`", shown(client))
        });
    let ours = standard
        .config
        .audience
        .first()
        .map(|name| shown(name))
        .unwrap_or_default();
    let found = match token.payload.get("aud") {
        None => "the token is for nobody",
        Some(Value::String(only)) if only == "account" => "`account` is Keycloak's own audience",
        Some(_) => "the token is for others",
    };
    Some(format!(
        "{found}: add an audience mapper for `{ours}` to the client {client}, or set `KEYCLOAK_AUDIENCE`"
    ))
}

fn lightweight(token: &Unverified) -> Option<String> {
    let hint = "a lightweight token carries no subject and no roles: use `KEYCLOAK_TOKEN_VALIDATION=introspection`, or turn \
                lightweight tokens off at the client";
    token.is_lightweight().then(|| hint.to_owned())
}

fn active(token: &Unverified, standard: &Standard<'_>) -> Option<String> {
    if let Some(past) = token.date("exp").and_then(|end| standard.now.checked_sub(end)) {
        return Some(format!("it expired {} ago", span(past)));
    }
    let client = standard.config.client_id();
    let audience = token.payload.strings("aud");
    if !audience.is_empty() && !audience.contains(&client) {
        return Some(format!(
            "Keycloak answers so too where its `aud` lacks the client that asks, `{}`: add an audience mapper",
            shown(client)
        ));
    }
    Some("its session was ended, it was revoked, or the user or client was disabled".to_owned())
}

/// A time in its greatest unit.
fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
