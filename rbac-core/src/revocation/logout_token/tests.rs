use serde_json::json;

use super::*;
use crate::algorithm::Algorithm;
use crate::jwk::KeySet;
use crate::jws;
use crate::testing::signing::{SigningKey, jwk_set};
use crate::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://sso.example.com/realms/myapp";
const SKEW: u64 = 10;

/// As Keycloak sends it.
fn acceptable() -> Value {
    json!({"exp": NOW + 120, "iat": NOW, "jti": "01e03dfc-7448-a920-b3d1-cd48796e5a0b", "iss": ISSUER,
        "aud": "myapp-frontend", "sub": "user", "typ": "Logout", "sid": "session", "events": {EVENT: {}}})
}

fn verified(header_type: Option<&str>, claims: &Value) -> Result<Logout, LogoutTokenError> {
    let policy = LogoutPolicy {
        issuer: ISSUER.to_owned(),
        clients: vec!["myapp-backend".to_owned(), "myapp-frontend".to_owned()],
        skew: SKEW,
    };
    let key = SigningKey::generate(Algorithm::EdDsa);
    let mut header = json!({"alg": "EdDSA"});
    if let Some(kind) = header_type {
        header["typ"] = kind.into();
    }
    let text = key.sign(&header, claims.to_string().as_bytes());
    let keys = KeySet::parse(jwk_set([&key]).to_string().as_bytes()).expect("a key set");
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).expect("a token");
    policy.verify(
        jws::verify(&token, &keys, &[Algorithm::EdDsa]).expect("signed"),
        NOW,
    )
}

/// Acceptable claims but for one, which `None` removes.
fn with(name: &str, value: Option<Value>) -> Value {
    let mut claims = acceptable();
    let members = claims.as_object_mut().expect("an object");
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    claims
}

#[track_caller]
fn accepted(name: &str, values: &[Option<Value>]) {
    for value in values {
        let claims = with(name, value.clone());
        assert_eq!(verified(Some("logout+jwt"), &claims).err(), None, "{claims}");
    }
}

#[track_caller]
fn refused(error: &LogoutTokenError, name: &str, values: &[Option<Value>]) {
    for value in values {
        let claims = with(name, value.clone());
        assert_eq!(
            verified(Some("logout+jwt"), &claims).as_ref().err(),
            Some(error),
            "{claims}"
        );
    }
}

fn marks(claims: &Value) -> Vec<(Mark, u64)> {
    let logout = verified(Some("logout+jwt"), claims).expect("acceptable");
    let mark = |change: &Change| match change {
        Change::Mark {
            mark,
            at,
            until: None,
        } => (*mark, *at),
        other => panic!("{other:?}"),
    };
    logout.changes.iter().map(mark).collect()
}

#[test]
fn the_type_is_that_of_a_logout_wherever_there_is_one() {
    let silent = with("typ", None);
    for header in [
        None,
        Some("JWT"),
        Some("jwt"),
        Some("logout+jwt"),
        Some("application/LOGOUT+JWT"),
    ] {
        assert!(verified(header, &acceptable()).is_ok(), "{header:?}");
        assert!(verified(header, &silent).is_ok(), "{header:?}");
    }
    for header in ["at+jwt", "dpop+jwt", "secevent+jwt", ""] {
        assert_eq!(
            verified(Some(header), &acceptable()),
            Err(LogoutTokenError::TokenType),
            "{header}"
        );
    }
    let wrong = ["Bearer", "ID", "Refresh", "Offline", "DPoP", ""].map(|kind| Some(json!(kind)));
    refused(&LogoutTokenError::TokenType, "typ", &wrong);
    refused(
        &LogoutTokenError::TokenType,
        "typ",
        &[Some(json!(null)), Some(json!(["Logout"]))],
    );
}

#[test]
fn the_issuer_is_ours_byte_for_byte() {
    let other = format!("{ISSUER}/");
    let wrong = [None, Some(json!(other)), Some(json!([ISSUER])), Some(json!(null))];
    refused(&LogoutTokenError::Issuer, "iss", &wrong);
}

#[test]
fn the_audience_is_a_client_whose_sessions_are_ours() {
    accepted(
        "aud",
        &[
            Some(json!("myapp-backend")),
            Some(json!(["other", "myapp-frontend"])),
        ],
    );
    let wrong = [
        None,
        Some(json!("other")),
        Some(json!([])),
        Some(json!({})),
        Some(json!(["myapp-frontend", 1])),
        Some(json!("myapp-frontend ")),
        Some(json!(null)),
    ];
    refused(&LogoutTokenError::Audience, "aud", &wrong);
}

#[test]
fn it_was_issued_just_now() {
    accepted(
        "iat",
        &[
            Some(json!(NOW + SKEW)),
            Some(json!(NOW - MAX_AGE - SKEW)),
            Some(json!(NOW as f64 - 0.5)),
        ],
    );
    let wrong = [
        None,
        Some(json!(NOW + SKEW + 1)),
        Some(json!(NOW - MAX_AGE - SKEW - 1)),
        Some(json!(0)),
        Some(json!(NOW.to_string())),
        Some(json!(null)),
        Some(json!(1e300)),
    ];
    refused(&LogoutTokenError::IssuedAt, "iat", &wrong);
}

#[test]
fn its_end_where_it_has_one_is_ahead() {
    accepted("exp", &[None, Some(json!(NOW)), Some(json!(NOW - SKEW + 1))]);
    let wrong = [
        Some(json!(NOW - SKEW)),
        Some(json!(null)),
        Some(json!("9999999999")),
        Some(json!(-1)),
    ];
    refused(&LogoutTokenError::Expired, "exp", &wrong);
}

#[test]
fn the_event_is_a_logout_and_nothing_beside_it() {
    accepted("events", &[Some(json!({EVENT: {"reason": "x"}}))]);
    let wrong = [
        None,
        Some(json!(null)),
        Some(json!([])),
        Some(json!({})),
        Some(json!(EVENT)),
        Some(json!({EVENT: null})),
        Some(json!({EVENT: []})),
        Some(json!({EVENT: {}, "https://schemas.openid.net/secevent/risc/event-type/account-disabled": {}})),
        Some(json!({"http://schemas.openid.net/event/backchannel-logout/": {}})),
        Some(json!({"https://schemas.openid.net/event/backchannel-logout": {}})),
    ];
    refused(&LogoutTokenError::Events, "events", &wrong);
}

#[test]
fn a_nonce_makes_it_an_id_token() {
    refused(
        &LogoutTokenError::Nonce,
        "nonce",
        &[Some(json!("n")), Some(json!(null)), Some(json!(""))],
    );
}

#[test]
fn without_an_id_it_could_come_twice() {
    let wrong = [None, Some(json!("")), Some(json!(7)), Some(json!(null))];
    refused(&LogoutTokenError::TokenId, "jti", &wrong);
}

#[test]
fn it_says_whose_logout_it_is() {
    accepted("sid", &[None]);
    accepted("sub", &[None]);
    for name in ["sid", "sub"] {
        let wrong = [
            Some(json!("")),
            Some(json!(null)),
            Some(json!(7)),
            Some(json!(["user"])),
        ];
        refused(&LogoutTokenError::Nobody, name, &wrong);
    }
    let mut nobody = with("sid", None);
    nobody.as_object_mut().expect("an object").remove("sub");
    assert_eq!(verified(None, &nobody), Err(LogoutTokenError::Nobody));
}

#[test]
fn with_a_session_that_session_ends_and_what_of_the_users_names_none() {
    let of = |kind, name| Mark::of(kind, ISSUER, name);
    let (session, rest) = (
        (of(Kind::Session, "session"), NOW + SKEW),
        (of(Kind::Sessionless, "user"), NOW),
    );
    assert_eq!(marks(&acceptable()), [session, rest]);
    assert_eq!(marks(&with("sub", None)), [session]);
}

#[test]
fn without_one_all_that_the_user_has_by_now_ends() {
    let of_user = Mark::of(Kind::Subject, ISSUER, "user");
    let mut claims = with("sid", None);
    assert_eq!(marks(&claims), [(of_user, NOW)]);
    // On its way for a minute: what was issued meanwhile is meant too.
    claims["iat"] = json!(NOW - 60);
    assert_eq!(marks(&claims), [(of_user, NOW)]);
    // By a clock that is ahead of ours, which dated the user's tokens as well.
    claims["iat"] = json!(NOW + 5);
    assert_eq!(marks(&claims), [(of_user, NOW + 5)]);
}

#[test]
fn the_id_is_told_apart_by_issuer() {
    let logout = verified(None, &acceptable()).expect("acceptable");
    assert_eq!(
        logout.id,
        digest([ISSUER, "01e03dfc-7448-a920-b3d1-cd48796e5a0b"])
    );
    assert_eq!(logout.subject.as_deref(), Some("user"));
    let shown = format!("{logout:?}");
    assert!(!shown.contains("session\""), "{shown}");
}
