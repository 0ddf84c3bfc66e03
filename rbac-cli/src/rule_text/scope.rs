//! `scope`: an attribute of the principal and where the request names the value it must contain.

use rbac_core::policy::Boundary;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Ident, Result, parenthesized, token};

use super::arguments::{assigned, expression, kept};
use super::{literal, rule};

/// Where a value may come from.
pub(super) const SOURCES: [&str; 4] = ["path", "query", "header", "value"];

/// `scope = "department"` or `scope("department", path = "dept")`.
pub(super) struct Scope {
    attribute: String,
    source: Option<(String, String)>,
}

/// `scope = "department"` or `scope("department", path = "dept")`
pub(super) fn parse(input: ParseStream<'_>, word: &Ident) -> Result<Scope> {
    const EXAMPLE: &str = "scope = \"department\"";
    if !input.peek(token::Paren) {
        assigned(input, word, EXAMPLE)?;
        let attribute = literal::name(input, "`scope`", "`scope`", EXAMPLE)?;
        return Ok(Scope {
            attribute,
            source: None,
        });
    }
    let content;
    parenthesized!(content in input);
    let (what, example) = (
        "the attribute of `scope(..)`",
        "scope(\"department\", path = \"dept\")",
    );
    let attribute = literal::name(&content, what, "`scope`", example)?;
    let mut scope = Scope {
        attribute,
        source: None,
    };
    rule::separator(&content)?;
    while !content.is_empty() {
        let word = content.call(Ident::parse_any)?;
        if !SOURCES.iter().any(|source| word == source) {
            let message =
                format!("unknown source `{word}`: a scope takes `path`, `query`, `header`, `value`");
            return Err(Error::new(word.span(), message));
        }
        scope.set_source(&content, &word)?;
        rule::separator(&content)?;
    }
    Ok(scope)
}

/// The boundaries of all scopes, none of them twice.
pub(super) fn boundaries(scopes: Vec<Scope>) -> std::result::Result<Vec<Boundary>, String> {
    let mut boundaries = Vec::new();
    for scope in scopes {
        let boundary = scope.boundary();
        if boundaries.contains(&boundary) {
            let attribute = boundary.attribute();
            return Err(format!(
                "`scope = \"{attribute}\"` is given twice: remove one of the two"
            ));
        }
        boundaries.push(boundary);
    }
    Ok(boundaries)
}

impl Scope {
    pub(super) fn set_source(&mut self, input: ParseStream<'_>, word: &Ident) -> Result<()> {
        if let Some((source, _)) = &self.source {
            let attribute = &self.attribute;
            let message = format!(
                "one scope has one source, and `{attribute}` has its `{source}` already: remove one of the two"
            );
            return Err(Error::new(word.span(), message));
        }
        assigned(input, word, &format!("{word} = .."))?;
        let named = format!("`{word}`");
        let found = if word == "value" {
            expression(input)?
        } else {
            literal::name(input, &named, &named, &format!("{word} = \"..\""))?
        };
        if word == "header" && !is_header(&found) {
            let message = format!("`{found}` is no name of a header: write `header = \"x-department\"`");
            return Err(Error::new(word.span(), message));
        }
        self.source = Some((word.to_string(), found));
        Ok(())
    }

    fn boundary(self) -> Boundary {
        let attribute = kept(self.attribute);
        match self.source {
            None => Boundary::path(attribute, attribute),
            Some((source, name)) => match source.as_str() {
                "query" => Boundary::query(attribute, kept(name)),
                "header" => Boundary::header(attribute, kept(name)),
                "value" => Boundary::argument(attribute, kept(name)),
                _ => Boundary::path(attribute, kept(name)),
            },
        }
    }
}

/// A token of RFC 9110, section 5.6.2.
fn is_header(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
