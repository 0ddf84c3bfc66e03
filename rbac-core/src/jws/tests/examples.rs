//! The examples that the RFCs print.

use super::*;

const JOE: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// RFC 7515, appendix A.2.
fn rs256() -> (KeySet, String) {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ\
             S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2\
             R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD\
             TW9gb54h4FRWyuXpoQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
                     uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
                     _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
                     Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let keys = parse(&json!({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]}));
    (keys, format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{signature}"))
}

/// RFC 7515, appendix A.3.
fn es256() -> (KeySet, String) {
    let keys = parse(&json!({"keys": [{
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    }]}));
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    (keys, format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{signature}"))
}

/// RFC 8037, appendix A.4.
fn eddsa() -> (KeySet, String) {
    let keys = parse(&json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    }]}));
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    (
        keys,
        format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{signature}"),
    )
}

/// RFC 7520, sections 4.1 and 4.2: one key, one text, `RS256` and `PS384`.
fn hobbiton() -> (KeySet, [String; 2]) {
    let n = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2w\
             qVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bT\
             wJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5\
             iaiQkqgc5gHdrNP5zw";
    let text = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9h\
                ZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3\
                ZXB0IG9mZiB0by4";
    let rs256 = "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB\
                 -BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxn\
                 t8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcI\
                 e8u9ipH84ogoree7vjbU5y18kDquDg";
    let ps384 = "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6\
                 _1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3\
                 lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6G\
                 YmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";
    let keys = parse(&json!({"keys": [
        {"kty": "RSA", "kid": "bilbo.baggins@hobbiton.example", "use": "sig", "n": n, "e": "AQAB"}
    ]}));
    let head = |name| {
        encode(format!(
            r#"{{"alg":"{name}","kid":"bilbo.baggins@hobbiton.example"}}"#
        ))
    };
    (
        keys,
        [
            format!("{}.{text}.{rs256}", head("RS256")),
            format!("{}.{text}.{ps384}", head("PS384")),
        ],
    )
}

fn payload(text: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<String, JwsError> {
    let token = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    verify_bytes(&token, keys, allowed).map(|signed| String::from_utf8(signed.payload().to_vec()).unwrap())
}

#[test]
fn rfc_7515_a_2_and_a_3_verify_with_their_own_algorithm_only() {
    for ((keys, text), algorithm, other) in [
        (rs256(), Algorithm::Rs256, Algorithm::Ps256),
        (es256(), Algorithm::Es256, Algorithm::Es384),
    ] {
        let claims = check(&text, &keys, &[algorithm]).unwrap();
        assert_eq!(claims["iss"], "joe");
        assert_eq!(claims["exp"], 1_300_819_380);
        assert_eq!(claims["http://example.com/is_root"], true);
        assert_eq!(check(&text, &keys, &[other]), Err(JwsError::AlgorithmNotAllowed));
    }
}

#[test]
fn rfc_7515_a_2_does_not_verify_with_the_key_of_a_3() {
    let ((_, text), (keys, _)) = (rs256(), es256());
    let refused = check(&text, &keys, &Algorithm::ALL);
    assert_eq!(refused, Err(JwsError::Key(SelectError::NoCompatibleKey)));
}

#[test]
fn rfc_8037_a_4_verifies() {
    let (keys, text) = eddsa();
    assert_eq!(
        payload(&text, &keys, &[Algorithm::EdDsa]).unwrap(),
        "Example of Ed25519 signing"
    );
    let other = key_set(&[&SigningKey::generate(Algorithm::EdDsa)]);
    assert_eq!(
        payload(&text, &other, &[Algorithm::EdDsa]),
        Err(JwsError::InvalidSignature)
    );
}

#[test]
fn rfc_7520_4_1_and_4_2_verify_with_one_key() {
    let (keys, [rs256, ps384]) = hobbiton();
    for (text, algorithm) in [(&rs256, Algorithm::Rs256), (&ps384, Algorithm::Ps384)] {
        let text_of_frodo = payload(text, &keys, &[algorithm]).unwrap();
        assert!(
            text_of_frodo.starts_with("It\u{2019}s a dangerous business, Frodo"),
            "{text_of_frodo}"
        );
    }
    let swapped = resigned(&rs256, signature(&ps384));
    assert_eq!(
        payload(&swapped, &keys, &Algorithm::ALL),
        Err(JwsError::InvalidSignature)
    );
}
