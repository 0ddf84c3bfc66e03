use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::jwk::KeySet;
use crate::jws;
use crate::testing::signing::{SigningKey, jwk_set};
use crate::thumbprint::Thumbprint;
use crate::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://sso.example.com/realms/myapp";
const SKEW: u64 = 10;

fn policy() -> ClaimsPolicy {
    ClaimsPolicy {
        issuer: ISSUER.to_owned(),
        audience: vec!["myapp-backend".to_owned()],
        skew: SKEW,
        dpop: true,
    }
}

fn acceptable() -> Value {
    json!({"iss": ISSUER, "aud": "myapp-backend", "sub": "u", "exp": NOW + 60, "iat": NOW, "typ": "Bearer"})
}

/// Acceptable claims but for those given; `null` as a Rust `None` removes one.
fn changed(changes: &[(&str, Option<Value>)]) -> Value {
    let mut claims = acceptable();
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in changes {
        match value {
            Some(value) => members.insert((*name).to_owned(), value.clone()),
            None => members.remove(*name),
        };
    }
    claims
}

fn verified(header_type: Option<&str>, claims: &Value) -> Result<VerifiedClaims, ClaimsError> {
    let key = SigningKey::generate(Algorithm::EdDsa);
    let mut header = json!({"alg": "EdDSA"});
    if let Some(kind) = header_type {
        header["typ"] = kind.into();
    }
    let text = key.sign(&header, claims.to_string().as_bytes());
    let keys = KeySet::parse(jwk_set([&key]).to_string().as_bytes()).expect("a key set");
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).expect("a token");
    policy().verify(
        jws::verify(&token, &keys, &[Algorithm::EdDsa]).expect("signed"),
        NOW,
    )
}

#[track_caller]
fn accepted(changes: &[(&str, Option<Value>)]) {
    let claims = changed(changes);
    assert_eq!(verified(Some("JWT"), &claims).err(), None, "{claims}");
}

#[track_caller]
fn refused(changes: &[(&str, Option<Value>)], fault: ClaimsError) {
    let claims = changed(changes);
    assert_eq!(verified(Some("JWT"), &claims).err(), Some(fault), "{claims}");
}

#[test]
fn acceptable_claims_are_accepted() {
    accepted(&[]);
}

#[test]
fn row_32_exp_is_required_and_a_number() {
    refused(&[("exp", None)], ClaimsError::ExpiryMalformed);
    for value in [
        json!(null),
        json!("1900000000"),
        json!(-1),
        json!(1e300),
        json!([NOW + 60]),
        json!(true),
    ] {
        refused(&[("exp", Some(value))], ClaimsError::ExpiryMalformed);
    }
}

#[test]
fn row_33_exp_is_believable() {
    for value in [json!(NOW + 11 * 366 * 24 * 3600), json!(1e19), json!(u64::MAX)] {
        refused(&[("exp", Some(value))], ClaimsError::ExpiryMalformed);
    }
    accepted(&[("exp", Some(json!(NOW + 9 * 365 * 24 * 3600)))]);
}

#[test]
fn row_34_the_end_with_its_leeway_is_the_end() {
    accepted(&[("exp", Some(json!(NOW - SKEW + 1)))]);
    accepted(&[("exp", Some(json!((NOW - SKEW + 1) as f64 + 0.9)))]);
    refused(&[("exp", Some(json!(NOW - SKEW)))], ClaimsError::Expired);
    refused(
        &[("exp", Some(json!((NOW - SKEW) as f64 + 0.9)))],
        ClaimsError::Expired,
    );
    refused(&[("exp", Some(json!(0)))], ClaimsError::Expired);
}

#[test]
fn row_35_nbf_is_not_ahead() {
    accepted(&[("nbf", Some(json!(NOW + SKEW)))]);
    for value in [
        json!(NOW + SKEW + 1),
        json!("0"),
        json!(null),
        json!(-1),
        json!(1e300),
    ] {
        refused(&[("nbf", Some(value))], ClaimsError::NotYetValid);
    }
}

#[test]
fn row_36_iat_is_not_ahead() {
    accepted(&[("iat", Some(json!(NOW + SKEW)))]);
    for value in [json!(NOW + SKEW + 1), json!("0"), json!(null), json!([0])] {
        refused(&[("iat", Some(value))], ClaimsError::IssuedInFuture);
    }
}

#[test]
fn rows_37_38_39_iss_is_the_issuer_and_nothing_like_it() {
    for value in [
        "https://sso.example.com/realms/myapp/",
        "https://SSO.example.com/realms/myapp",
        "https://sso.example.com/realms/myap",
        "https://sso.example.com/realms/myapp2",
        "https://sso.example.com/realms/other",
        "http://sso.example.com/realms/myapp",
        "",
        " ",
    ] {
        refused(&[("iss", Some(json!(value)))], ClaimsError::Issuer);
    }
    for value in [json!([ISSUER]), json!(null), json!({"iss": ISSUER}), json!(1)] {
        refused(&[("iss", Some(value))], ClaimsError::Issuer);
    }
    refused(&[("iss", None)], ClaimsError::Issuer);
}

#[test]
fn row_40_aud_is_required_and_well_formed() {
    refused(&[("aud", None)], ClaimsError::Audience);
    for value in [
        json!(""),
        json!([]),
        json!({}),
        json!(null),
        json!(["myapp-backend", 1]),
        json!("account"),
        json!(["account", "myapp-backend2"]),
        json!("MYAPP-BACKEND"),
        json!([["myapp-backend"]]),
    ] {
        refused(&[("aud", Some(value))], ClaimsError::Audience);
    }
}

#[test]
fn row_41_aud_is_a_string_or_a_list_with_us() {
    accepted(&[("aud", Some(json!("myapp-backend")))]);
    accepted(&[("aud", Some(json!(["account", "myapp-backend"])))]);
}

#[test]
fn row_42_azp_never_stands_in_for_aud() {
    refused(
        &[("aud", None), ("azp", Some(json!("myapp-backend")))],
        ClaimsError::Audience,
    );
}

#[test]
fn row_43_only_an_access_token_is_one() {
    for kind in ["ID", "Refresh", "Offline", "Logout", "Serialized-ID", "DPoP", ""] {
        refused(&[("typ", Some(json!(kind)))], ClaimsError::TokenType);
    }
    refused(&[("typ", None)], ClaimsError::TokenType);
    refused(&[("typ", Some(json!(["Bearer"])))], ClaimsError::TokenType);
    refused(&[("events", Some(json!({})))], ClaimsError::TokenType);
    for kind in [
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "application/logout+jwt",
        "",
    ] {
        assert_eq!(
            verified(Some(kind), &acceptable()).err(),
            Some(ClaimsError::TokenType),
            "{kind}"
        );
    }
    // A header that says `at+jwt` speaks for a payload that says nothing, never against one that does.
    assert_eq!(verified(Some("at+jwt"), &changed(&[("typ", None)])).err(), None);
    assert_eq!(
        verified(Some("at+jwt"), &changed(&[("typ", Some(json!("ID")))])).err(),
        Some(ClaimsError::TokenType)
    );
}

#[test]
fn row_44_types_compare_in_any_case() {
    for kind in ["JWT", "jwt", "application/jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(verified(Some(kind), &acceptable()).err(), None, "{kind}");
    }
    assert_eq!(verified(None, &acceptable()).err(), None);
    accepted(&[("typ", Some(json!("bearer")))]);
}

#[test]
fn row_45_sub_is_required() {
    refused(&[("sub", None)], ClaimsError::Subject);
    for value in [json!(""), json!(7), json!({}), json!(null), json!(["u"])] {
        refused(&[("sub", Some(value))], ClaimsError::Subject);
    }
}

#[test]
fn row_50_what_a_token_is_bound_to_is_handed_on_or_refused() {
    for value in [
        json!({"jkt": "x"}),
        json!({"x5t#S256": "x"}),
        json!({}),
        json!(null),
    ] {
        refused(&[("cnf", Some(value))], ClaimsError::SenderConstrained);
    }
    let (key, certificate) = (Thumbprint::of(b"key"), Thumbprint::of(b"certificate"));
    let both = json!({"jkt": key.to_string(), "x5t#S256": certificate.to_string()});
    let (_, confirmation) = verified(Some("JWT"), &changed(&[("cnf", Some(both))]))
        .expect("a bound token")
        .into_parts();
    assert_eq!(
        (confirmation.key, confirmation.certificate),
        (Some(key), Some(certificate))
    );
    let (_, confirmation) = verified(Some("JWT"), &acceptable())
        .expect("a plain one")
        .into_parts();
    assert_eq!(confirmation, Confirmation::default());
}

#[test]
fn row_43_the_type_dpop_is_that_of_a_token_with_a_key() {
    let bound = json!({"jkt": Thumbprint::of(b"key").to_string(), "kc-jkt-type": "DPoP"});
    let dpop = ("typ", Some(json!("DPoP")));
    accepted(&[dpop.clone(), ("cnf", Some(bound.clone()))]);
    refused(std::slice::from_ref(&dpop), ClaimsError::TokenType);
    let certificate = json!({"x5t#S256": Thumbprint::of(b"certificate").to_string()});
    refused(
        &[dpop.clone(), ("cnf", Some(certificate))],
        ClaimsError::TokenType,
    );
    // Nothing of it where DPoP is off.
    let off = ClaimsPolicy {
        dpop: false,
        ..policy()
    };
    let claims = changed(&[dpop, ("cnf", Some(bound))]);
    let members = claims.as_object().expect("an object");
    assert_eq!(
        off.confirmation(members).err(),
        Some(ClaimsError::SenderConstrained)
    );
}

#[test]
fn row_50_an_answer_that_is_silent_unbinds_nothing() {
    let bound =
        |cnf: Option<Value>| verified(Some("JWT"), &changed(&[("cnf", cnf)])).expect("an acceptable token");
    let jkt = |name: &[u8]| json!({"jkt": Thumbprint::of(name).to_string()});
    let key = Confirmation {
        key: Some(Thumbprint::of(b"key")),
        certificate: None,
    };
    let merged = |answer: Option<Value>| bound(answer).bound_as(key).map(|claims| claims.into_parts().1);
    assert_eq!(merged(None), Ok(key));
    assert_eq!(merged(Some(jkt(b"key"))), Ok(key));
    assert_eq!(merged(Some(jkt(b"another"))), Err(ClaimsError::SenderConstrained));
}

#[test]
fn row_96_no_clock_makes_it_panic() {
    let claims = changed(&[("exp", Some(json!(u64::MAX)))]);
    let members = claims.as_object().expect("an object");
    for now in [0, 1, NOW, u64::MAX] {
        assert!(policy().check_envelope(members, now).is_err() || now > NOW);
    }
}

#[test]
fn rows_43_69_an_answer_is_of_an_access_token_by_every_name_it_gives() {
    let kinds = |typ: Option<&str>, token_type: Option<&str>| {
        let mut claims = changed(&[("typ", typ.map(Value::from))]);
        if let Some(kind) = token_type {
            claims["token_type"] = kind.into();
        }
        let unbound = Confirmation::default();
        check_introspected_type(claims.as_object().expect("an object"), unbound).is_ok()
    };
    assert!(
        kinds(Some("Bearer"), None) && kinds(None, Some("bearer")) && kinds(Some("Bearer"), Some("Bearer"))
    );
    assert!(!kinds(None, None) && !kinds(Some("ID"), Some("Bearer")) && !kinds(Some("Bearer"), Some("DPoP")));
}
