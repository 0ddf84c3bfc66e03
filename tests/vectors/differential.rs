//! Against `jsonwebtoken` in its strictest settings: whatever we accept, it accepts, and reads the same claims from it.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rbac_core::Algorithm;
use rbac_core::jwk::KeySet;
use rbac_core::jws;
use rbac_core::strict_json;
use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};
use serde_json::{Map, Value, json};

use crate::strategies::{any_harm, any_json, harmed};

/// One key of each algorithm, as both sides know it.
struct Party {
    algorithm: Algorithm,
    signer: SigningKey,
    ours: KeySet,
    theirs: DecodingKey,
}

static PARTIES: LazyLock<Vec<Party>> = LazyLock::new(|| Algorithm::ALL.into_iter().map(Party::new).collect());

impl Party {
    fn new(algorithm: Algorithm) -> Self {
        let signer = SigningKey::generate(algorithm).key_id("k");
        let ours = KeySet::parse(jwk_set([&signer]).to_string().as_bytes()).unwrap();
        let jwk = serde_json::from_value(signer.public_jwk()).unwrap();
        Self {
            algorithm,
            signer,
            ours,
            theirs: DecodingKey::from_jwk(&jwk).unwrap(),
        }
    }

    fn we_accept(&self, text: &str) -> Option<Map<String, Value>> {
        let token = UnverifiedToken::parse(text, DEFAULT_MAX_TOKEN_BYTES).ok()?;
        Some(
            jws::verify(&token, &self.ours, &[self.algorithm])
                .ok()?
                .into_claims(),
        )
    }

    fn they_accept(&self, text: &str) -> Option<Value> {
        let mut strict = Validation::new(self.algorithm.name().parse().unwrap());
        strict.set_issuer(&["https://sso.example/realms/a"]);
        strict.set_audience(&["api"]);
        strict.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        strict.validate_nbf = true;
        jsonwebtoken::decode(text, &self.theirs, &strict)
            .map(|token| token.claims)
            .ok()
    }
}

fn claims() -> Value {
    json!({"iss": "https://sso.example/realms/a", "aud": "api", "sub": "alice", "exp": 32_503_680_000_u64, "iat": 1})
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.algorithm.fmt(f)
    }
}

fn any_party() -> impl Strategy<Value = &'static Party> {
    any::<Index>().prop_map(|index| index.get(&PARTIES))
}

/// What is wrong, or merely odd, with the header before it is signed.
fn header_change() -> impl Strategy<Value = Option<(&'static str, Value)>> {
    let names = Algorithm::ALL
        .map(Algorithm::name)
        .into_iter()
        .chain(["none", "HS256", "rs256", "Ed25519", ""]);
    let other_algorithm = select(names.collect::<Vec<_>>()).prop_map(|name| ("alg", json!(name)));
    let member = select(vec![
        ("kid", json!("other")),
        ("kid", json!(1)),
        ("kid", Value::Null),
        ("typ", json!("at+jwt")),
        ("typ", json!("")),
        ("typ", json!(1)),
        ("cty", json!("JWT")),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("jku", json!("https://evil.example/jwks")),
        ("x5t", json!("abc")),
        ("nonce", json!("n")),
        ("custom", json!("c")),
    ]);
    prop_oneof![Just(None), other_algorithm.prop_map(Some), member.prop_map(Some)]
}

fn header(party: &Party, change: Option<(&'static str, Value)>) -> Value {
    let mut header = json!({"alg": party.algorithm.name(), "kid": "k", "typ": "JWT"});
    let members = header.as_object_mut().unwrap();
    match change {
        Some((name, Value::Null)) => drop(members.remove(name)),
        Some((name, value)) => drop(members.insert(name.to_owned(), value)),
        None => {}
    }
    header
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1024,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn assert_they_agree(party: &Party, text: &str) -> Result<(), TestCaseError> {
    if let Some(ours) = party.we_accept(text) {
        let theirs = party.they_accept(text);
        prop_assert_eq!(Some(Value::Object(ours)), theirs, "{}", text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn both_accept_a_token_that_nothing_happened_to(party in any_party(), more in any_json()) {
        let mut claims = claims();
        claims["more"] = more;
        let text = party.signer.sign(&header(party, None), claims.to_string().as_bytes());
        let ours = party.we_accept(&text);
        prop_assert!(ours.is_some(), "{}", claims);
        prop_assert_eq!(ours.map(Value::Object), party.they_accept(&text));
    }

    #[test]
    fn what_we_accept_with_an_odd_header_they_accept(party in any_party(), change in header_change()) {
        let text = party.signer.sign(&header(party, change), claims().to_string().as_bytes());
        assert_they_agree(party, &text)?;
    }

    #[test]
    fn what_we_accept_of_harmed_tokens_they_accept(party in any_party(), harm in any_harm()) {
        let text = party.signer.sign(&header(party, None), claims().to_string().as_bytes());
        assert_they_agree(party, &harmed(&text, &harm))?;
    }

    #[test]
    fn what_we_accept_of_harmed_parts_that_were_signed_they_accept(
        party in any_party(),
        header_harm in any_harm(),
        claims_harm in any_harm(),
    ) {
        let head = harmed(&header(party, None).to_string(), &header_harm);
        let text = party.signer.sign_text(&head, harmed(&claims().to_string(), &claims_harm).as_bytes());
        // A harmed claim may be another issuer, which is none of the signature's business.
        let claims_are_meant = party.we_accept(&text).is_some_and(|read| Value::Object(read) == claims());
        if claims_are_meant {
            assert_they_agree(party, &text)?;
        }
    }

    #[test]
    fn a_harmed_token_is_accepted_only_where_it_is_the_same_token(party in any_party(), harm in any_harm()) {
        let text = party.signer.sign(&header(party, None), claims().to_string().as_bytes());
        let arrived = harmed(&text, &harm);
        prop_assert_eq!(party.we_accept(&arrived).is_some(), arrived == text, "{}", arrived);
    }

    #[test]
    fn strict_json_reads_nothing_that_serde_json_reads_otherwise(value in any_json(), harm in any_harm()) {
        let text = harmed(&json!({ "a": value, "b": [] }).to_string(), &harm);
        if let Ok(read) = strict_json::parse_object(text.as_bytes()) {
            prop_assert_eq!(Some(Value::Object(read)), serde_json::from_str(&text).ok(), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_a_panic(text in ".{0,64}", octets in prop::collection::vec(any::<u8>(), 0..64)) {
        let parts = [&octets, text.as_bytes(), &octets].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        for token in [&text, &parts] {
            if let Ok(token) = UnverifiedToken::parse(token, DEFAULT_MAX_TOKEN_BYTES) {
                let _ = token.unverified_issuer();
            }
        }
        let _ = (KeySet::parse(&octets), strict_json::parse_object(&octets));
    }
}
