//! The outer shape of a JWK set.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An object with one member `keys`, an array, whose elements are left as text, so that one malformed key is a matter of
/// that key alone.
pub(super) struct Document<'a> {
    pub(super) keys: Vec<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWK set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Document<'de>, A::Error> {
        let mut names = HashSet::new();
        let mut keys = None;
        while let Some(name) = access.next_key::<String>()? {
            if name == "keys" {
                keys = Some(access.next_value::<RawKeys<'de>>()?);
            } else {
                access.next_value::<IgnoredAny>()?;
            }
            if !names.insert(name) {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        let RawKeys(keys) = keys.ok_or_else(|| A::Error::missing_field("keys"))?;
        Ok(Document { keys })
    }
}

struct RawKeys<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for RawKeys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RawKeysVisitor)
    }
}

struct RawKeysVisitor;

impl<'de> Visitor<'de> for RawKeysVisitor {
    type Value = RawKeys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of JWKs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawKeys<'de>, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = access.next_element()? {
            keys.push(key);
        }
        Ok(RawKeys(keys))
    }
}
