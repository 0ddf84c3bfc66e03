//! JSON with one meaning: what two parsers could read differently is refused.

use std::cell::Cell;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

#[cfg(test)]
mod tests;

/// How many objects and arrays may stand inside each other, the outermost included.
pub const MAX_DEPTH: usize = 16;

/// How many object members and array elements a text may have in all.
pub const MAX_MEMBERS: usize = 4096;

/// Why a text is not strict JSON. Carries nothing of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StrictJsonError {
    /// Not JSON: broken syntax, a byte order mark, bytes behind the value, invalid UTF-8, a lone surrogate, or a number
    /// beyond the range of a double.
    #[error("malformed JSON")]
    Malformed,
    /// JSON, but an array or a scalar where an object has to be.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object, at whatever depth, names a member twice.
    #[error("duplicate JSON member")]
    DuplicateMember,
    /// More than [`MAX_DEPTH`] objects and arrays inside each other.
    #[error("JSON nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// More than [`MAX_MEMBERS`] members and elements.
    #[error("JSON with more than {MAX_MEMBERS} members")]
    TooManyMembers,
}

/// Reads one JSON object, in one pass, with bounded memory and stack.
///
/// ```
/// use rbac_core::strict_json::{StrictJsonError, parse_object};
///
/// assert_eq!(parse_object(br#"{"sub": "alice"}"#).unwrap()["sub"], "alice");
/// assert_eq!(parse_object(br#"{"sub": "alice", "sub": "bob"}"#), Err(StrictJsonError::DuplicateMember));
/// ```
///
/// # Errors
/// Whatever [`StrictJsonError`] lists.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, StrictJsonError> {
    match parse(bytes)? {
        Value::Object(members) => Ok(members),
        _ => Err(StrictJsonError::NotAnObject),
    }
}

fn parse(bytes: &[u8]) -> Result<Value, StrictJsonError> {
    let budget = Budget {
        members_left: Cell::new(MAX_MEMBERS),
        fault: Cell::new(None),
    };
    // Once for the whole text, which is faster than once for each of its strings.
    let text = std::str::from_utf8(bytes).map_err(|_| StrictJsonError::Malformed)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node {
        budget: &budget,
        depth: 0,
    }
    .deserialize(&mut deserializer)
    .map_err(|_| budget.fault.get().unwrap_or(StrictJsonError::Malformed))?;
    deserializer.end().map_err(|_| StrictJsonError::Malformed)?;
    Ok(value)
}

/// What is shared by all nodes of one text.
struct Budget {
    members_left: Cell<usize>,
    /// Which rule was broken; serde's own errors carry text only.
    fault: Cell<Option<StrictJsonError>>,
}

/// Reads the value at one place in the tree.
#[derive(Clone, Copy)]
struct Node<'a> {
    budget: &'a Budget,
    /// How many objects and arrays stand around it.
    depth: usize,
}

impl Node<'_> {
    fn refuse<E: Error>(self, fault: StrictJsonError) -> E {
        self.budget.fault.set(Some(fault));
        E::custom(fault)
    }

    /// The node of the children of the object or array here.
    fn enter<E: Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse(StrictJsonError::TooDeep));
        }
        Ok(Self {
            depth: self.depth.saturating_add(1),
            ..self
        })
    }

    fn spend_member<E: Error>(self) -> Result<(), E> {
        match self.budget.members_left.get().checked_sub(1) {
            Some(left) => {
                self.budget.members_left.set(left);
                Ok(())
            }
            None => Err(self.refuse(StrictJsonError::TooManyMembers)),
        }
    }

    fn object<'de, A: MapAccess<'de>>(self, first: Option<String>, mut access: A) -> Result<Value, A::Error> {
        let child = self.enter()?;
        let mut members = Map::new();
        let mut next = first;
        while let Some(name) = next {
            self.spend_member()?;
            let value = access.next_value_seed(child)?;
            if members.insert(name, value).is_some() {
                return Err(self.refuse(StrictJsonError::DuplicateMember));
            }
            next = access.next_key()?;
        }
        Ok(Value::Object(members))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| self.refuse(StrictJsonError::Malformed))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let child = self.enter()?;
        // No capacity in advance: nothing that the text says about its size is believed.
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(child)? {
            self.spend_member()?;
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let first: Option<String> = access.next_key()?;
        if first.is_some() && first == *NUMBER_KEY {
            let digits: String = access.next_value()?;
            return number(&digits).ok_or_else(|| self.refuse(StrictJsonError::Malformed));
        }
        self.object(first, access)
    }
}

/// The member name under which a fraction arrives when some other crate of the program turns on serde_json's feature
/// `arbitrary_precision`, which hands it over as a map of one string; `None` in any other program, where that name is a
/// member name like all others.
static NUMBER_KEY: LazyLock<Option<String>> = LazyLock::new(|| {
    serde_json::Deserializer::from_slice(b"0.5")
        .deserialize_any(NumberProbe)
        .ok()
        .flatten()
});

struct NumberProbe;

impl<'de> Visitor<'de> for NumberProbe {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let key = access.next_key()?;
        access.next_value::<String>()?;
        Ok(key)
    }
}

/// A fraction, or an integer of more than 64 bits, within the range of a double.
fn number(digits: &str) -> Option<Value> {
    Number::from_f64(digits.parse().ok()?).map(Value::Number)
}
