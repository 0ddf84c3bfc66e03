//! A logout token behind its signature. Input: a header and a payload, parted by the first NUL byte; the signature is taken
//! for valid. What is accepted is read off the claims by another reader, and ends no more than it says.
#![no_main]

mod common;

use common::{ISSUER, NOW, SKEW};
use libfuzzer_sys::fuzz_target;
use rbac_core::fuzzing::LoggedOut;
use rbac_core::testing::signing::SigningKey;
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(rbac_core::Algorithm::EdDsa));

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (header, payload) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let Ok(header_text) = std::str::from_utf8(header) else {
        return;
    };
    let text = KEY.sign_text(header_text, payload);
    let Ok(token) = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES) else {
        return;
    };
    // No token is both: what ends a login opens nothing.
    let opens = common::JUDGE.with(|judge| judge.token(&token, NOW)).is_some();
    let Some(ended) = common::JUDGE.with(|judge| judge.log_out(&token, NOW)) else {
        return;
    };
    assert!(!opens);
    let header: Value = serde_json::from_slice(header).expect("JSON");
    let claims: Value = serde_json::from_slice(payload).expect("JSON");
    assert_logout(&header, &claims);
    assert_ends_what_it_says(&ended, &claims);
});

fn assert_logout(header: &Value, claims: &Value) {
    let is = |kind: Option<&Value>, wanted: &[&str]| {
        let kind = kind.map(|kind| kind.as_str().expect("a text").to_ascii_lowercase());
        kind.is_none_or(|kind| wanted.contains(&kind.trim_start_matches("application/")))
    };
    assert!(is(header.get("typ"), &["logout+jwt", "jwt"]) && is(claims.get("typ"), &["logout"]));
    assert_eq!(claims["iss"], ISSUER);
    let aud = &claims["aud"];
    assert!(
        aud == "myapp-backend"
            || aud
                .as_array()
                .is_some_and(|list| list.iter().any(|name| name == "myapp-backend"))
    );
    let iat = claims["iat"].as_f64().expect("a number");
    assert!(iat < (NOW + SKEW + 1) as f64 && iat >= (NOW - 300 - SKEW) as f64);
    assert!(
        claims
            .get("exp")
            .is_none_or(|exp| exp.as_f64().expect("a number") >= (NOW - SKEW) as f64)
    );
    assert!(
        claims["events"]
            .as_object()
            .is_some_and(|events| events.len() == 1 && events[EVENT].is_object())
    );
    assert!(claims.get("nonce").is_none());
    assert!(claims["jti"].as_str().is_some_and(|id| !id.is_empty()));
    assert!(claims.get("sid").or(claims.get("sub")).is_some());
}

fn assert_ends_what_it_says(ended: &LoggedOut, claims: &Value) {
    let token = |sid: &Value, sub: &Value, iat: u64| {
        let mut token = json!({"jti": "t", "iat": iat, "exp": iat + 300});
        for (name, value) in [("sid", sid), ("sub", sub)] {
            if !value.is_null() {
                token[name] = value.clone();
            }
        }
        token
    };
    let (sid, sub, other) = (&claims["sid"], &claims["sub"], &json!("\u{1}somebody else's"));
    let refuses = |token: &Value| ended.refuses(token);
    if sid.is_null() {
        assert!(refuses(&token(other, sub, NOW)), "each session of the user");
        assert!(!refuses(&token(other, sub, NOW + SKEW + 1)), "not a later one");
    } else {
        assert!(refuses(&token(sid, other, NOW + 60)), "the session, also later");
        assert!(!refuses(&token(other, sub, NOW)), "not another one");
        assert!(
            sub.is_null() || refuses(&token(&Value::Null, sub, NOW)),
            "what names none"
        );
    }
    assert!(!refuses(&token(other, other, NOW)), "nobody else");
    assert!(!refuses(&token(&Value::Null, other, NOW)), "nobody else");
}
