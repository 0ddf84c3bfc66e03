//! The name of a key that its own numbers make.

use serde_json::{Map, Value};

use super::report::SkipReason;
use crate::base64url;
use crate::thumbprint::Thumbprint;

/// The thumbprint of a JWK (RFC 7638 section 3; for `OKP` RFC 8037 section 2).
// INVARIANT: every value is base64url or one of a few names, so none of them needs an escape, and the text below is the
// one canonical form.
pub(crate) fn thumbprint(jwk: &Map<String, Value>) -> Result<Thumbprint, SkipReason> {
    let text = match string(jwk, "kty")? {
        "RSA" => {
            let (e, n) = (number(jwk, "e")?, number(jwk, "n")?);
            format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
        }
        "EC" => {
            let (curve, x, y) = (curve(jwk)?, number(jwk, "x")?, number(jwk, "y")?);
            format!(r#"{{"crv":"{curve}","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        "OKP" => {
            let (curve, x) = (curve(jwk)?, number(jwk, "x")?);
            format!(r#"{{"crv":"{curve}","kty":"OKP","x":"{x}"}}"#)
        }
        _ => return Err(SkipReason::UnknownKeyType),
    };
    Ok(Thumbprint::of(text.as_bytes()))
}

fn curve(jwk: &Map<String, Value>) -> Result<&str, SkipReason> {
    let known = ["P-256", "P-384", "Ed25519"];
    let curve = string(jwk, "crv")?;
    known
        .contains(&curve)
        .then_some(curve)
        .ok_or(SkipReason::UnknownCurve)
}

fn number<'a>(jwk: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, SkipReason> {
    let text = string(jwk, name)?;
    base64url::decode(text)
        .map(|_| text)
        .map_err(|_| SkipReason::Malformed(name))
}

fn string<'a>(jwk: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, SkipReason> {
    jwk.get(name)
        .and_then(Value::as_str)
        .ok_or(SkipReason::Malformed(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(jwk: Value) -> Result<String, SkipReason> {
        thumbprint(jwk.as_object().expect("an object")).map(|thumbprint| thumbprint.to_string())
    }

    #[test]
    fn it_is_that_of_the_examples() {
        // RFC 7638 section 3.1.
        let rsa = json!({
            "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
                  oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
                  ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
                  kEgU8awapJzKnqDKgw"
        });
        assert_eq!(
            of(rsa).as_deref(),
            Ok("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        );
        // RFC 8037 appendix A.3.
        let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(
            of(okp).as_deref(),
            Ok("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        );
        // RFC 9449 figures 1 and 7.
        let ec = json!({
            "kty": "EC", "crv": "P-256", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"
        });
        assert_eq!(
            of(ec).as_deref(),
            Ok("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        );
    }

    #[test]
    fn what_could_be_escaped_has_none() {
        for x in ["\"", "\\", "a\"b", "é", "\u{0}", "AA=", "A"] {
            assert_eq!(
                of(json!({"kty": "OKP", "crv": "Ed25519", "x": x})),
                Err(SkipReason::Malformed("x")),
                "{x:?}"
            );
        }
        assert_eq!(
            of(json!({"kty": "OKP", "crv": "Ed25519\"", "x": "AA"})),
            Err(SkipReason::UnknownCurve)
        );
        assert_eq!(
            of(json!({"kty": "oct", "k": "AA"})),
            Err(SkipReason::UnknownKeyType)
        );
        assert_eq!(of(json!({"kty": ["EC"]})), Err(SkipReason::Malformed("kty")));
    }
}
