//! Arbitrary JSON, and what can happen to a text.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// JSON of all kinds, a few levels deep.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// What happens to a text on its way.
#[derive(Clone, Debug)]
pub(crate) enum Harm {
    None,
    Replace(Index, char),
    Insert(Index, char),
    Remove(Index),
    Truncate(Index),
    Double(Index),
}

pub(crate) fn any_harm() -> impl Strategy<Value = Harm> {
    let place = any::<Index>;
    let character = || {
        let likely = select("ABCabc019-_+/=. \t\n\0{}[]\",:\\".chars().collect::<Vec<_>>());
        prop_oneof![4 => likely, 1 => any::<char>()]
    };
    prop_oneof![
        2 => Just(Harm::None),
        4 => (place(), character()).prop_map(|(place, character)| Harm::Replace(place, character)),
        4 => (place(), character()).prop_map(|(place, character)| Harm::Insert(place, character)),
        2 => place().prop_map(Harm::Remove),
        1 => place().prop_map(Harm::Truncate),
        1 => place().prop_map(Harm::Double),
    ]
}

pub(crate) fn harmed(text: &str, harm: &Harm) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match harm {
        Harm::None => {}
        Harm::Replace(place, character) => characters[place.index(text.chars().count())] = *character,
        Harm::Insert(place, character) => characters.insert(place.index(characters.len() + 1), *character),
        Harm::Remove(place) => drop(characters.remove(place.index(text.chars().count()))),
        Harm::Truncate(place) => characters.truncate(place.index(text.chars().count())),
        Harm::Double(place) => characters.extend_from_within(place.index(text.chars().count())..),
    }
    characters.into_iter().collect()
}
