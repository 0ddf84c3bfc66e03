use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::base64url;
use crate::dpop::Origin;
use crate::jwk::SkipReason;
use crate::strict_json::StrictJsonError;
use crate::testing::ProofBuilder;
use crate::testing::signing::SigningKey;
use crate::thumbprint::sha256;
use crate::token::{Part, TokenError};

const NOW: u64 = 1_800_000_000;
const URI: &str = "https://api.example.com/data";
const TOKEN: &str = "an.access.token";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256));
static TARGET: LazyLock<TargetUri> = LazyLock::new(|| {
    let origin = Origin::parse("https://api.example.com").expect("an origin");
    TargetUri::of_request(&origin, "/data").expect("a path")
});

fn check() -> ProofCheck<'static> {
    ProofCheck::new("GET", &TARGET)
        .access_token(TOKEN)
        .key(KEY.thumbprint())
}

fn good() -> ProofBuilder {
    ProofBuilder::new(&KEY, "GET", URI, NOW).access_token(TOKEN)
}

fn verdict(proof: &ProofBuilder) -> Option<DpopError> {
    check().verify(&proof.sign(), NOW).err()
}

#[track_caller]
fn refused(proof: ProofBuilder, error: DpopError) {
    assert_eq!(verdict(&proof), Some(error), "{proof:?}");
}

#[test]
fn a_good_proof_passes_and_tells_its_key() {
    let proof = check().verify(&good().sign(), NOW).expect("a proof");
    assert_eq!(proof.key(), KEY.thumbprint());
    assert_eq!(proof.seconds_left(NOW), 26);
}

#[test]
fn the_proof_of_the_specification_passes() {
    // RFC 9449 figure 12, with the access token and the time of figures 12 and 13.
    let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    let proof = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik\
        VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR\
        nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE\
        QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj\
        oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z\
        WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF\
        c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E\
        OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
    let origin = Origin::parse("https://resource.example.org").expect("an origin");
    let uri = TargetUri::of_request(&origin, "/protectedresource").expect("a path");
    let key = Thumbprint::parse("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").expect("a thumbprint");
    let check = ProofCheck::new("GET", &uri).access_token(token).key(key);
    assert_eq!(check.verify(proof, 1_562_262_618).err(), None);
    assert_eq!(check.verify(proof, 1_562_262_718).err(), Some(DpopError::Time));
}

#[test]
fn every_algorithm_makes_proofs_unless_it_is_not_allowed() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm);
        let proof = ProofBuilder::new(&key, "GET", URI, NOW)
            .access_token(TOKEN)
            .sign();
        let check = check().key(key.thumbprint());
        assert_eq!(check.verify(&proof, NOW).err(), None, "{algorithm}");
        let others: Vec<_> = Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .collect();
        let refused = check.algorithms(&others).verify(&proof, NOW).err();
        assert_eq!(refused, Some(DpopError::AlgorithmNotAllowed), "{algorithm}");
    }
}

#[test]
fn row_11_a_proof_is_one_compact_jws_of_bounded_size() {
    let text = good().sign();
    let parts: Vec<&str> = text.split('.').collect();
    let of_five = [parts[0], parts[1], parts[2], parts[0], parts[1]].join(".");
    for (text, error) in [
        (String::new(), TokenError::NotThreeParts),
        ("a".to_owned(), TokenError::NotThreeParts),
        (of_five, TokenError::NotThreeParts),
        (format!("{text},{text}"), TokenError::NotThreeParts),
        (format!("{}.{}.", parts[0], parts[1]), TokenError::EmptySignature),
        (format!("{text}="), TokenError::Encoding(Part::Signature)),
        (format!(" {text}"), TokenError::Encoding(Part::Header)),
        (
            format!("{text}{}", "A".repeat(MAX_PROOF_BYTES)),
            TokenError::TooLong {
                limit: MAX_PROOF_BYTES,
            },
        ),
    ] {
        assert_eq!(
            check().verify(&text, NOW).err(),
            Some(DpopError::Token(error)),
            "{text:.60}"
        );
    }
}

#[test]
fn row_43_only_a_proof_is_a_proof() {
    for kind in [
        json!("JWT"),
        json!("at+jwt"),
        json!("DPOP+JWT"),
        json!("application/dpop+jwt"),
        json!(" dpop+jwt"),
        json!(""),
    ] {
        refused(good().header("typ", kind), DpopError::Type);
    }
    refused(good().header("typ", Value::Null), DpopError::Type);
    refused(
        good().header("typ", json!(["dpop+jwt"])),
        DpopError::Token(TokenError::TypeNotAString),
    );
}

#[test]
fn row_17_18_no_proof_is_unsigned_or_signed_with_a_shared_secret() {
    for name in ["none", "NONE", "HS256", "HS512", "RSA-OAEP", "es256"] {
        refused(
            good().header("alg", name),
            DpopError::Token(TokenError::UnsupportedAlgorithm),
        );
    }
    let shared = json!({"kty": "oct", "k": "c2VjcmV0"});
    refused(
        good().header("jwk", shared),
        DpopError::Key(SkipReason::UnknownKeyType),
    );
}

#[test]
fn row_22_23_24_a_proof_has_no_critical_or_transforming_members() {
    for crit in [json!(["x"]), json!([]), json!(["alg"]), json!("x")] {
        refused(
            good().header("crit", crit),
            DpopError::Token(TokenError::CriticalExtension),
        );
    }
    for name in ["b64", "zip", "enc"] {
        refused(
            good().header(name, false),
            DpopError::Token(TokenError::ForbiddenMember(name)),
        );
    }
}

#[test]
fn row_25_the_key_is_in_the_proof_and_public_and_right() {
    for jwk in [Value::Null, json!("x"), json!([KEY.public_jwk()]), json!(7)] {
        refused(good().header("jwk", jwk), DpopError::NoKey);
    }
    for (member, value, reason) in [
        ("d", json!("AA"), SkipReason::PrivateKey),
        ("k", json!("AA"), SkipReason::PrivateKey),
        ("use", json!("enc"), SkipReason::NotForSignatures),
        ("key_ops", json!(["sign"]), SkipReason::NotForVerification),
        ("alg", json!("ES384"), SkipReason::AlgorithmMismatch),
        ("alg", json!("none"), SkipReason::UnknownAlgorithm),
    ] {
        let mut jwk = KEY.public_jwk();
        jwk[member] = value;
        refused(good().header("jwk", jwk), DpopError::Key(reason));
    }
    // An address where the key might be fetched is nothing.
    let elsewhere = good()
        .header("jku", "https://evil.example/jwks")
        .header("jwk", Value::Null);
    refused(elsewhere, DpopError::NoKey);
}

#[test]
fn row_57_a_key_that_is_none_is_refused_though_its_thumbprint_is_right() {
    let mut off_the_curve = KEY.public_jwk();
    off_the_curve["y"] = json!(base64url::encode([1; 32]));
    let named = jwk::thumbprint(off_the_curve.as_object().expect("an object")).expect("a name");
    let proof = good().header("jwk", off_the_curve).sign();
    let refused = check().key(named).verify(&proof, NOW).err();
    assert_eq!(refused, Some(DpopError::Key(SkipReason::Point)));
}

#[test]
fn row_50_a_proof_by_another_key_is_not_the_tokens() {
    let other = SigningKey::generate(Algorithm::Es256);
    let theirs = ProofBuilder::new(&other, "GET", URI, NOW).access_token(TOKEN);
    refused(theirs.clone(), DpopError::KeyMismatch);
    // Their signature under our key's name.
    refused(theirs.header("jwk", KEY.public_jwk()), DpopError::Signature);
    // Our key, and a signature of something else.
    let (ours, another) = (good().sign(), good().claim("jti", "another").sign());
    let (head, _) = ours.rsplit_once('.').expect("three parts");
    let (_, signature) = another.rsplit_once('.').expect("three parts");
    assert_eq!(
        check().verify(&format!("{head}.{signature}"), NOW).err(),
        Some(DpopError::Signature)
    );
}

#[test]
fn row_15_31_one_name_stands_once() {
    let payload = format!(r#"{{"jti":"a","htm":"GET","htu":"{URI}","iat":{NOW},"jti":"b"}}"#);
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.public_jwk()});
    let text = KEY.sign(&header, payload.as_bytes());
    assert_eq!(
        check().verify(&text, NOW).err(),
        Some(DpopError::Payload(StrictJsonError::DuplicateMember))
    );
    let twice = header.to_string().replacen('{', r#"{"alg":"ES256","#, 1);
    let text = KEY.sign_text(&twice, b"{}");
    assert_eq!(
        check().verify(&text, NOW).err(),
        Some(DpopError::Token(TokenError::Header(
            StrictJsonError::DuplicateMember
        )))
    );
    let within = header.to_string().replacen(r#""kty""#, r#""kty":"RSA","kty""#, 1);
    let text = KEY.sign_text(&within, b"{}");
    assert_eq!(
        check().verify(&text, NOW).err(),
        Some(DpopError::Token(TokenError::Header(
            StrictJsonError::DuplicateMember
        )))
    );
}

#[test]
fn row_30_the_payload_is_an_object() {
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.public_jwk()});
    for payload in ["[]", "null", "\"x\"", "7"] {
        let text = KEY.sign(&header, payload.as_bytes());
        assert_eq!(
            check().verify(&text, NOW).err(),
            Some(DpopError::Payload(StrictJsonError::NotAnObject)),
            "{payload}"
        );
    }
}

#[test]
fn each_claim_is_there_and_of_its_type() {
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        for value in [Value::Null, json!(true), json!([1]), json!({})] {
            refused(good().claim(name, value), DpopError::Claim(name));
        }
    }
    for jti in [String::new(), "a".repeat(MAX_JTI_BYTES + 1)] {
        refused(good().claim("jti", jti), DpopError::Claim("jti"));
    }
    assert_eq!(verdict(&good().claim("jti", "a".repeat(MAX_JTI_BYTES))), None);
}

#[test]
fn the_method_is_that_of_the_request() {
    for method in ["POST", "get", "Get", "GET ", "HEAD", ""] {
        refused(good().claim("htm", method), DpopError::Method);
    }
}

#[test]
fn the_uri_is_that_of_the_request_in_whatever_spelling() {
    for same in [
        "HTTPS://API.Example.COM:443/data",
        "https://api.example.com/data?page=2#x",
        "https://api.example.com/%64ata",
        "https://api.example.com/a/../data",
    ] {
        assert_eq!(verdict(&good().claim("htu", same)), None, "{same}");
    }
    for other in [
        "http://api.example.com/data",
        "https://api.example.com:8443/data",
        "https://api.example.com.evil.example/data",
        "https://evil.example/data",
        "https://api.example.com@evil.example/data",
        "https://api.example.com/Data",
        "https://api.example.com/data/",
        "https://api.example.com//data",
        "https://api.example.com/data%2F",
        "https://api.example.com/data/x",
        "https://api.example.com",
        "//api.example.com/data",
        "/data",
        "data",
        "",
    ] {
        refused(good().claim("htu", other), DpopError::Uri);
    }
}

#[test]
fn the_time_is_now_give_or_take() {
    for (iat, fine) in [
        (json!(NOW - 25), true),
        (json!(NOW - 26), false),
        (json!(NOW + 15), true),
        (json!(NOW + 16), false),
        (json!(0), false),
        (json!(u64::MAX), false),
        (json!(1_800_000_000.9), true),
    ] {
        let error = (!fine).then_some(DpopError::Time);
        assert_eq!(verdict(&good().claim("iat", iat.clone())), error, "{iat}");
    }
    for iat in [json!("1800000000"), json!(-1), json!(1e300)] {
        refused(good().claim("iat", iat), DpopError::Claim("iat"));
    }
    let strict = check().clock_skew(0);
    for (iat, fine) in [
        (NOW - 15, true),
        (NOW - 16, false),
        (NOW + 5, true),
        (NOW + 6, false),
    ] {
        let proof = good().claim("iat", iat).sign();
        assert_eq!(strict.verify(&proof, NOW).is_ok(), fine, "{iat}");
    }
}

#[test]
fn a_proof_that_names_its_own_time_means_it() {
    refused(good().claim("exp", NOW - 10), DpopError::Time);
    refused(good().claim("nbf", NOW + 11), DpopError::Time);
    refused(good().claim("exp", "never"), DpopError::Claim("exp"));
    assert_eq!(verdict(&good().claim("exp", NOW + 1).claim("nbf", NOW)), None);
}

#[test]
fn as_long_as_a_proof_is_accepted_it_has_to_be_remembered() {
    let text = good().sign();
    for later in 0..100 {
        let left = check()
            .verify(&text, NOW)
            .expect("a proof")
            .seconds_left(NOW + later);
        assert_eq!(check().verify(&text, NOW + later).is_ok(), left > 0, "{later}");
    }
}

#[test]
fn the_access_token_is_this_one() {
    refused(good().access_token("another"), DpopError::AccessToken);
    let hash = base64url::encode(sha256(TOKEN.as_bytes()));
    for other in [
        format!("{hash}="),
        hash.to_lowercase(),
        hash[1..].to_owned(),
        String::new(),
    ] {
        refused(good().claim("ath", other), DpopError::AccessToken);
    }
    // At a token endpoint there is none yet.
    let bare = ProofBuilder::new(&KEY, "GET", URI, NOW);
    assert!(ProofCheck::new("GET", &TARGET).verify(&bare.sign(), NOW).is_ok());
    refused(bare, DpopError::Claim("ath"));
}

#[test]
fn a_nonce_is_asked_for_only_where_they_are_used() {
    let nonces = Nonces::random();
    let check = check().nonces(&nonces);
    let verdict = |proof: ProofBuilder, now| check.verify(&proof.claim("iat", now).sign(), now);
    assert_eq!(verdict(good(), NOW).err(), Some(DpopError::Nonce));
    assert_eq!(
        verdict(good().claim("nonce", 7), NOW).err(),
        Some(DpopError::Nonce)
    );
    let others = Nonces::random().issue(NOW);
    assert_eq!(
        verdict(good().claim("nonce", others), NOW).err(),
        Some(DpopError::Nonce)
    );
    let with_nonce = good().claim("nonce", nonces.issue(NOW));
    assert!(verdict(with_nonce.clone(), NOW).is_ok());
    assert!(verdict(with_nonce.clone(), NOW + 150).is_ok());
    assert_eq!(verdict(with_nonce, NOW + 300).err(), Some(DpopError::Nonce));
    // A proof that is wrong anyway gets none.
    assert_eq!(
        verdict(good().claim("htm", "PUT"), NOW).err(),
        Some(DpopError::Method)
    );
    // Where none is asked for, one is no fault.
    assert_eq!(super::tests::verdict(&good().claim("nonce", "x")), None);
}

#[test]
fn row_104_debug_says_nothing_of_the_token() {
    assert!(!format!("{:?}", check()).contains(TOKEN));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn one_changed_character_makes_it_no_proof(at in any::<prop::sample::Index>(), to in "[!-~]") {
        let text = good().sign();
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != to);
        let changed = format!("{}{to}{}", &text[..at], &text[at + 1..]);
        prop_assert!(check().verify(&changed, NOW).is_err(), "{changed}");
    }

    #[test]
    fn a_wrong_claim_never_passes(name in prop::sample::select(&["jti", "htm", "htu", "iat", "ath"][..]), value in json_value()) {
        let proof = good().claim(name, value.clone());
        let is_fine = match name {
            "jti" => value.as_str().is_some_and(|jti| !jti.is_empty() && jti.len() <= MAX_JTI_BYTES),
            "iat" => value.as_f64().is_some_and(|iat| (-25.0..16.0).contains(&(iat - NOW as f64))),
            _ => false,
        };
        prop_assert_eq!(verdict(&proof).is_none(), is_fine, "{}", value);
    }

    #[test]
    fn nothing_panics(text in any::<String>(), header in any::<String>(), payload in any::<Vec<u8>>()) {
        prop_assert!(check().verify(&text, NOW).is_err());
        prop_assert!(check().verify(&KEY.sign_text(&header, &payload), NOW).is_err());
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (NOW - 40..NOW + 40).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9/:.]{0,40}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ]
}
