//! The claims of a token whose signature is taken for valid. Input: a header and a payload, parted by the first NUL byte.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use rbac_core::testing::signing::SigningKey;
use rbac_core::token::UnverifiedToken;
use serde_json::Value;
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(rbac_core::Algorithm::EdDsa));

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (header, payload) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let Ok(header) = std::str::from_utf8(header) else {
        return;
    };
    let text = KEY.sign_text(header, payload);
    let Ok(token) = UnverifiedToken::parse(&text, 1 << 16) else {
        return;
    };
    let Some(principal) = common::JUDGE.with(|judge| judge.token(&token, common::NOW)) else {
        return;
    };
    let claims: Value = serde_json::from_slice(payload).expect("JSON");
    common::assert_acceptable(&claims);
    let header: Value = serde_json::from_str(header).expect("JSON");
    let is_marked = header["typ"]
        .as_str()
        .is_some_and(|typ| typ.to_ascii_lowercase().ends_with("at+jwt"));
    match claims.get("typ") {
        Some(typ) => common::assert_type(typ, &claims),
        None => assert!(is_marked),
    }
    common::assert_faithful(&principal, &claims);
});
