//! Tests: what a set may contain, and which key a token gets from it.

mod material;
mod purpose;
mod select;
mod set;

use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::testing::signing::SigningKey;

fn parse(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn jwk(algorithm: Algorithm, key_id: &str) -> Value {
    SigningKey::generate(algorithm).key_id(key_id).public_jwk()
}

/// The JWK with some members put in, or, where they are null, taken out.
fn with(mut jwk: Value, changes: Value) -> Value {
    let members = jwk.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    jwk
}

/// Why a key is left out of a set in which a good one stands beside it, which must stay.
fn skipped(bad: Value) -> SkipReason {
    let set = parse(&[bad, jwk(Algorithm::Es256, "good")]);
    assert_eq!(set.len(), 1, "only the good one: {set:?}");
    assert_eq!(set.keys().next().unwrap().key_id().unwrap().as_str(), "good");
    assert_eq!(set.skipped()[0].index, 0);
    set.skipped()[0].reason
}

fn algorithms(jwk: Value) -> Vec<Algorithm> {
    parse(&[jwk]).keys().next().unwrap().algorithms().collect()
}
