//! A DPoP proof whose signature is taken for valid. Input: a header and a payload, parted by the first NUL byte. What
//! passes is read again, its `htu` by the `url` crate.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rbac_core::Algorithm;
use rbac_core::dpop::{MAX_JTI_BYTES, Origin, ProofCheck, TargetUri};
use rbac_core::testing::signing::SigningKey;
use serde_json::Value;

const NOW: u64 = 1_800_000_000;
const TOKEN: &str = "an.access.token";
/// The base64url of the SHA-256 of the token.
const HASH: &str = "UkM2b42E54u4hWzuKV_B3zyulUA6vtNYjJUv_ru2Qck";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::EdDsa));
static TARGET: LazyLock<TargetUri> = LazyLock::new(|| {
    let origin = Origin::parse("https://api.example.com").expect("an origin");
    TargetUri::of_request(&origin, "/a/data").expect("a path")
});

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (header, payload) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let Ok(header) = std::str::from_utf8(header) else {
        return;
    };
    let check = ProofCheck::new("GET", &TARGET).access_token(TOKEN);
    let text = KEY.sign_text(header, payload);
    let Ok(proof) = rbac_core::fuzzing::proof(&check, &text, NOW) else {
        return;
    };
    let header: Value = serde_json::from_str(header).expect("JSON");
    let claims: Value = serde_json::from_slice(payload).expect("JSON");
    assert_header(&header);
    assert_claims(&claims);
    assert!((1..=41).contains(&proof.seconds_left(NOW)));
    // Its signature is not that of the key in it, so the whole check refuses it, whatever it says.
    assert!(check.verify(&text, NOW).is_err());
    let other = ProofCheck::new("GET", &TARGET).access_token("another");
    assert!(rbac_core::fuzzing::proof(&other, &text, NOW).is_err());
});

fn assert_header(header: &Value) {
    assert_eq!(header["typ"], "dpop+jwt");
    let algorithm = header["alg"].as_str().expect("a string");
    assert!(Algorithm::ALL.iter().any(|known| known.name() == algorithm));
    assert!(header.get("crit").is_none() && header.get("b64").is_none() && header.get("zip").is_none());
    let jwk = header["jwk"].as_object().expect("an object");
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        assert!(!jwk.contains_key(private));
    }
    let family = match algorithm {
        "ES256" | "ES384" => "EC",
        "EdDSA" => "OKP",
        _ => "RSA",
    };
    assert_eq!(jwk["kty"], family);
}

fn assert_claims(claims: &Value) {
    let jti = claims["jti"].as_str().expect("a string");
    assert!(!jti.is_empty() && jti.len() <= MAX_JTI_BYTES);
    assert_eq!((&claims["htm"], &claims["ath"]), (&Value::from("GET"), &Value::from(HASH)));
    let iat = claims["iat"].as_f64().expect("a number");
    assert!(iat >= (NOW - 25) as f64 && iat < (NOW + 16) as f64);
    let htu = url::Url::parse(claims["htu"].as_str().expect("a string")).expect("a URL");
    assert_eq!((htu.scheme(), htu.host_str()), ("https", Some("api.example.com")));
    assert_eq!((htu.port(), htu.username(), htu.password()), (None, "", None));
    let path: Vec<u8> = percent_encoding::percent_decode_str(htu.path()).collect();
    assert_eq!(path, b"/a/data");
}
