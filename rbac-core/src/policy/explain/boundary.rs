//! What the request names, beside what the principal's attribute has.

use serde::Serialize;
use serde_json::Value;

use super::{State, shown_rule};
use crate::policy::{Boundary, within};
use crate::principal::Principal;
use crate::text::{all_shown, is_invisible};

/// A boundary, with both of its sides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct BoundaryFinding {
    /// The boundary as it is written.
    pub rule: String,
    /// What it comes to.
    pub state: State,
    /// The principal's attribute.
    pub attribute: &'static str,
    /// The values that the request names; all of them must be held.
    pub requested: Vec<String>,
    /// The values that the principal's attribute has.
    pub held: Vec<String>,
    /// What is odd about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// The most values that are shown of each side.
const VALUES: usize = 16;

/// `requested` is `None` where nobody looked at the request.
pub(super) fn find(
    boundary: &Boundary,
    requested: Option<&[String]>,
    principal: &Principal,
    bypass: bool,
) -> BoundaryFinding {
    let attribute = boundary.attribute();
    let state = requested.map_or(State::Open, |values| {
        State::of(within(principal, attribute, values), bypass)
    });
    let (requested, held) = (requested.unwrap_or_default(), principal.attribute(attribute));
    let unmet = matches!(state, State::Unmet | State::Bypassed);
    let shown = |values: &[String]| all_shown(values.iter().take(VALUES).map(String::as_str));
    BoundaryFinding {
        rule: shown_rule(boundary),
        state,
        attribute,
        requested: shown(requested),
        held: shown(held),
        remark: unmet.then(|| remark(attribute, requested, principal)).flatten(),
    }
}

fn remark(attribute: &str, requested: &[String], principal: &Principal) -> Option<String> {
    let held = principal.attribute(attribute);
    if held.is_empty() {
        return Some(match principal.claims().get(attribute) {
            None => absent(attribute, principal),
            Some(value) => format!(
                "the claim is {}, where one string or a list of strings is needed",
                kind(value)
            ),
        });
    }
    if requested.is_empty() {
        return Some("the request names no value".to_owned());
    }
    if requested.iter().any(String::is_empty) {
        return Some("the request names an empty value".to_owned());
    }
    let missing = requested.iter().find(|value| !held.contains(value))?;
    let near = held.iter().find(|had| folded(had) == folded(missing))?;
    let how = if without_blanks(near) == without_blanks(missing) {
        "blanks or invisible characters"
    } else {
        "the case of its letters"
    };
    Some(format!(
        "`{}` differs from `{}` by {how}",
        crate::text::shown(near),
        crate::text::shown(missing)
    ))
}

fn absent(attribute: &str, principal: &Principal) -> String {
    let client = principal.client_id().map(crate::text::shown);
    let client = client.map_or(String::new(), |client| format!(" `{client}`"));
    format!(
        "the token has no claim `{attribute}`: declare it in the realm's user profile, give the user a value, and add a mapper \
         to the client{client}"
    )
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(items) if items.is_empty() => "an empty list",
        Value::Array(_) => "a list that holds more than strings",
        Value::Object(_) => "an object",
    }
}

/// The text without what cannot be seen.
pub(super) fn without_blanks(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .collect()
}

/// The same, its case folded away.
pub(super) fn folded(text: &str) -> String {
    without_blanks(text).to_lowercase()
}
