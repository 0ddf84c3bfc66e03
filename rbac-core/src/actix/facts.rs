//! Reads the boundaries' values from path, query and headers: the very values that the handler would get.

use std::fmt;

use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::policy::{Boundary, Facts, Requirement, Source};

/// The value of a boundary cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactsError {
    /// Two readers of this request could understand two values.
    #[error("the value of the {0} is ambiguous")]
    Ambiguous(String),
    /// The route has no such parameter: the programmer's error.
    #[error("the route has no parameter `{{{0}}}`, or several; the attribute above the handler names it")]
    NoSuchParameter(&'static str),
}

/// The values of the boundaries that the request itself names; those over the handler's arguments come later.
pub(crate) fn read(request: &HttpRequest, requirement: &Requirement) -> Result<Facts, FactsError> {
    let mut facts = Facts::default();
    for (index, boundary) in requirement.boundary_list().iter().enumerate() {
        if let Some(values) = values(request, boundary)? {
            facts = facts.with(index, values);
        }
    }
    Ok(facts)
}

/// For an explanation: the same beside what is known already, without the values that cannot be read.
pub(super) fn read_what_can_be(request: &HttpRequest, requirement: &Requirement, known: Facts) -> Facts {
    let boundaries = requirement.boundary_list().iter().enumerate();
    boundaries.fold(known, |facts, (index, boundary)| {
        match values(request, boundary) {
            Ok(Some(values)) => facts.with(index, values),
            _ => facts,
        }
    })
}

/// `None` for a boundary over the handler's arguments.
fn values(request: &HttpRequest, boundary: &Boundary) -> Result<Option<Vec<String>>, FactsError> {
    Ok(match *boundary.source() {
        Source::Path(parameter) => Some(vec![from_path(request, parameter)?]),
        Source::Query(parameter) => Some(from_query(request, parameter)?.into_iter().collect()),
        Source::Header(name) => Some(from_header(request, name)?.into_iter().collect()),
        Source::Argument(_) => None,
    })
}

/// A path parameter through the deserializer that `web::Path` uses, so that both see one value.
fn from_path(request: &HttpRequest, parameter: &'static str) -> Result<String, FactsError> {
    let pairs = web::Path::<Pairs>::extract(request).into_inner();
    let pairs = pairs
        .map_err(|_| FactsError::NoSuchParameter(parameter))?
        .into_inner()
        .0;
    let mut values = pairs
        .into_iter()
        .filter(|(name, _)| name == parameter)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) if is_one_segment(&value) && is_well_encoded(request.uri().path()) => Ok(value),
        (Some(_), None) => Err(FactsError::Ambiguous(format!("path parameter `{parameter}`"))),
        _ => Err(FactsError::NoSuchParameter(parameter)),
    }
}

/// Whether every reader of the path, this server or a proxy before it, takes the value for the same one segment.
///
/// A slash, a backslash, a dot segment or a percent sign that is left over after decoding means that somebody may see
/// other segments. U+FFFD stands for bytes that were no text, and so for many values at once.
fn is_one_segment(value: &str) -> bool {
    let is_fine = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | '%' | '\u{FFFD}');
    value != "." && value != ".." && value.chars().all(is_fine)
}

/// Whether each percent sign begins an escape (RFC 3986 section 2.1).
///
/// Actix decodes twice, and leaves alone what is no escape: of `%6%31` the first pass makes `%61`, and the second `a`, where
/// any other reader finds no `a`.
fn is_well_encoded(path: &str) -> bool {
    let mut escapes = path.split('%');
    // Before the first percent sign there is none.
    escapes.next();
    escapes.all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

/// A query parameter through the decoding that `web::Query` uses. Given twice, one reader may take the first and another
/// the last.
fn from_query(request: &HttpRequest, parameter: &'static str) -> Result<Option<String>, FactsError> {
    let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    let mut values = pairs
        .filter(|(name, _)| name == parameter)
        .map(|(_, value)| value.into_owned());
    let value = values.next();
    let unclear = |value: &String| value.chars().any(|c| c.is_control() || c == '\u{FFFD}');
    if values.next().is_some() || value.as_ref().is_some_and(unclear) {
        return Err(FactsError::Ambiguous(format!("query parameter `{parameter}`")));
    }
    Ok(value)
}

fn from_header(request: &HttpRequest, name: &'static str) -> Result<Option<String>, FactsError> {
    let ambiguous = || FactsError::Ambiguous(format!("header `{name}`"));
    let header = HeaderName::try_from(name).map_err(|_| FactsError::NoSuchParameter(name))?;
    let mut values = request.headers().get_all(header);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ambiguous());
    }
    value
        .to_str()
        .map(|text| Some(text.to_owned()))
        .map_err(|_| ambiguous())
}

/// All parameters of the path, in their order, also when two have one name.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("path parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            pairs.push((name, value));
        }
        Ok(Pairs(pairs))
    }
}

/// A parameter's name, which Actix gives away as an identifier only.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path parameter's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(Name(name.to_owned()))
    }
}
