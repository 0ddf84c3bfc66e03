//! Which key a token gets.

use super::*;
use crate::base64url::encode;
use crate::token::{DEFAULT_MAX_TOKEN_BYTES, UnverifiedToken};

/// The id of the key that the set has for a header.
fn select(set: &KeySet, header: &Value) -> Result<Option<String>, SelectError> {
    let text = format!("{}.e30.c2ln", encode(header.to_string()));
    let token = UnverifiedToken::parse(&text, DEFAULT_MAX_TOKEN_BYTES).unwrap();
    let key = set.select(token.unverified_header())?;
    Ok(key.key_id().map(|key_id| key_id.as_str().to_owned()))
}

fn named(name: &str) -> Result<Option<String>, SelectError> {
    Ok(Some(name.to_owned()))
}

fn nameless(algorithm: Algorithm) -> Value {
    with(jwk(algorithm, ""), json!({"kid": null}))
}

#[test]
fn row_28_a_key_is_found_by_its_exact_id_or_not_at_all() {
    let set = parse(&[
        jwk(Algorithm::Rs256, "a"),
        jwk(Algorithm::Rs256, "b"),
        nameless(Algorithm::Rs256),
    ]);
    assert_eq!(select(&set, &json!({"alg": "RS256", "kid": "a"})), named("a"));
    assert_eq!(select(&set, &json!({"alg": "RS256", "kid": "b"})), named("b"));
    for unknown in ["c", "A", "a ", "", "a\0"] {
        let header = json!({"alg": "RS256", "kid": unknown});
        assert_eq!(
            select(&set, &header),
            Err(SelectError::UnknownKeyId),
            "{unknown:?}"
        );
    }
}

#[test]
fn row_28_the_only_key_of_a_set_is_no_answer_to_another_id() {
    for only in [jwk(Algorithm::Rs256, "a"), nameless(Algorithm::Rs256)] {
        let refused = select(&parse(&[only]), &json!({"alg": "RS256", "kid": "b"}));
        assert_eq!(refused, Err(SelectError::UnknownKeyId));
    }
}

#[test]
fn row_27_without_a_key_id_there_must_be_exactly_one_compatible_key() {
    let header = json!({"alg": "RS256"});
    let (rsa, ec) = (jwk(Algorithm::Rs256, "rsa"), jwk(Algorithm::Es256, "ec"));
    assert_eq!(select(&parse(&[rsa.clone(), ec.clone()]), &header), named("rsa"));
    assert_eq!(
        select(&parse(&[nameless(Algorithm::Rs256), ec.clone()]), &header),
        Ok(None)
    );
    assert_eq!(select(&parse(&[ec]), &header), Err(SelectError::NoCompatibleKey));
    assert_eq!(
        select(&KeySet::default(), &header),
        Err(SelectError::NoCompatibleKey)
    );
    let two = parse(&[rsa, jwk(Algorithm::Rs256, "rsa 2")]);
    assert_eq!(select(&two, &header), Err(SelectError::AmbiguousKey));
    let two = parse(&[jwk(Algorithm::Rs256, "a"), nameless(Algorithm::Rs256)]);
    assert_eq!(select(&two, &header), Err(SelectError::AmbiguousKey));
}

#[test]
fn row_52_a_key_restricted_to_one_algorithm_is_not_for_another() {
    let set = parse(&[
        jwk(Algorithm::Rs256, "rs"),
        with(jwk(Algorithm::Rs256, "any"), json!({"alg": null})),
    ]);
    assert_eq!(
        select(&set, &json!({"alg": "PS256", "kid": "rs"})),
        Err(SelectError::AlgorithmMismatch)
    );
    assert_eq!(
        select(&set, &json!({"alg": "RS512", "kid": "rs"})),
        Err(SelectError::AlgorithmMismatch)
    );
    assert_eq!(
        select(&set, &json!({"alg": "ES256", "kid": "any"})),
        Err(SelectError::AlgorithmMismatch)
    );
    assert_eq!(select(&set, &json!({"alg": "PS256", "kid": "any"})), named("any"));
    assert_eq!(
        select(&set, &json!({"alg": "PS256"})),
        named("any"),
        "the other one is not compatible"
    );
}

#[test]
fn row_54_the_id_of_two_keys_is_unknown() {
    let set = parse(&[
        jwk(Algorithm::Rs256, "same"),
        jwk(Algorithm::Rs256, "same"),
        jwk(Algorithm::Rs256, "own"),
    ]);
    assert_eq!(
        select(&set, &json!({"alg": "RS256", "kid": "same"})),
        Err(SelectError::UnknownKeyId)
    );
    assert_eq!(select(&set, &json!({"alg": "RS256", "kid": "own"})), named("own"));
}

#[test]
fn row_26_a_hostile_key_id_is_only_compared() {
    let name = "../../' OR 1=1 --\0\r\n";
    let set = parse(&[jwk(Algorithm::Es256, name)]);
    assert_eq!(select(&set, &json!({"alg": "ES256", "kid": name})), named(name));
    assert_eq!(
        select(&set, &json!({"alg": "ES256", "kid": "../../"})),
        Err(SelectError::UnknownKeyId)
    );
}
