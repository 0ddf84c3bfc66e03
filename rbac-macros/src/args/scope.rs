//! `scope`: an attribute of the principal and where the request names the value it must contain.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, LitStr, Result, parenthesized, token};

use super::{argument, literal, separator};
use crate::suggest;

/// `scope = "department"` or `scope("department", path = "dept")`.
pub(crate) struct Scope {
    pub(crate) attribute: LitStr,
    source: Option<Source>,
}

/// Where the request names the value of a boundary.
#[derive(Clone)]
pub(crate) enum Source {
    Path(LitStr),
    Query(LitStr),
    Header(LitStr),
    Value(Expr),
}

impl Scope {
    /// The source as written; the path parameter of the attribute's name if there is none.
    pub(crate) fn source(&self) -> Source {
        self.source
            .clone()
            .unwrap_or_else(|| Source::Path(self.attribute.clone()))
    }

    /// The expression over the handler's arguments, if that is the source.
    pub(crate) fn value(&self) -> Option<&Expr> {
        match &self.source {
            Some(Source::Value(expression)) => Some(expression),
            _ => None,
        }
    }

    /// What follows `path`, `query`, `header` or `value`.
    pub(super) fn set_source(&mut self, input: ParseStream<'_>, word: &Ident) -> Result<()> {
        if let Some(source) = &self.source {
            let attribute = self.attribute.value();
            let message = format!(
                "one scope has one source, and `{attribute}` has its `{}` already: remove one of the two",
                source.name()
            );
            return Err(Error::new(word.span(), message));
        }
        self.source = Some(parse_source(input, word)?);
        Ok(())
    }
}

impl Source {
    const fn name(&self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Query(_) => "query",
            Self::Header(_) => "header",
            Self::Value(_) => "value",
        }
    }
}

const EXAMPLE: &str = "scope = \"department\"";

pub(super) fn parse(input: ParseStream<'_>, word: &Ident) -> Result<Scope> {
    if input.peek(token::Paren) {
        return parenthesized(input);
    }
    argument::assigned(input, word, EXAMPLE)?;
    if !input.peek(LitStr) && input.peek(Ident::peek_any) && !input.peek(syn::LitBool) {
        return Err(expression(input)?);
    }
    let attribute = literal::text(input, "`scope`", EXAMPLE)?;
    Ok(Scope {
        attribute,
        source: None,
    })
}

// Input:
//     scope("department", path = "dept")
fn parenthesized(input: ParseStream<'_>) -> Result<Scope> {
    let content;
    parenthesized!(content in input);
    let attribute = literal::text(
        &content,
        "the attribute of `scope(..)`",
        "scope(\"department\", path = \"dept\")",
    )?;
    let mut scope = Scope {
        attribute,
        source: None,
    };
    separator(&content)?;
    while !content.is_empty() {
        let word = source_word(&content)?;
        scope.set_source(&content, &word)?;
        separator(&content)?;
    }
    Ok(scope)
}

fn source_word(content: ParseStream<'_>) -> Result<Ident> {
    const SOURCES: [&str; 4] = ["path", "query", "header", "value"];
    let found = literal::found(content);
    let Some(word) = argument::key(content) else {
        return Err(literal::fault(
            content,
            format!("expected `path = ..`, `query = ..`, `header = ..` or `value = ..`, found {found}"),
        ));
    };
    if SOURCES.iter().any(|source| word == source) {
        return content.call(Ident::parse_any);
    }
    let name = word.to_string();
    Err(Error::new(
        word.span(),
        match suggest::nearest(&name, SOURCES) {
            Some(meant) => format!("unknown source `{name}`: did you mean `{meant}`?"),
            None => format!(
                "unknown source `{name}`: a scope takes {}",
                suggest::listed(SOURCES)
            ),
        },
    ))
}

fn parse_source(input: ParseStream<'_>, word: &Ident) -> Result<Source> {
    let name = word.to_string();
    let example = match name.as_str() {
        "path" => "path = \"dept\"",
        "query" => "query = \"department\"",
        "header" => "header = \"x-department\"",
        _ => "value = body.department",
    };
    argument::assigned(input, word, example)?;
    let text = || literal::text(input, &format!("`{name}`"), example);
    match name.as_str() {
        "path" => text().map(Source::Path),
        "query" => text().map(Source::Query),
        "header" => text().map(Source::Header),
        _ => input.parse().map(Source::Value),
    }
}

/// `scope = body.department`: what is missing is the name of the principal's attribute.
fn expression(input: ParseStream<'_>) -> Result<Error> {
    let expression: Expr = input.parse()?;
    if let Expr::Path(name) = &expression {
        let name = name.to_token_stream();
        let message = format!("`scope` is a string literal, found `{name}`: write `scope = \"{name}\"`");
        return Ok(Error::new_spanned(name, message));
    }
    let written = expression.to_token_stream().to_string().replace(" . ", ".");
    let attribute = match &expression {
        Expr::Field(field) => field.member.to_token_stream().to_string(),
        _ => "department".into(),
    };
    let attribute = if attribute.starts_with(char::is_alphabetic) {
        attribute
    } else {
        "department".into()
    };
    let message = format!(
        "`scope` names an attribute of the principal, found an expression: \
         write `scope(\"{attribute}\", value = {written})`"
    );
    Ok(Error::new_spanned(expression, message))
}

/// Why a source outside of `scope(..)` belongs to no scope.
pub(super) fn homeless(word: &Ident, scopes: usize) -> String {
    let value = if word == "value" {
        "body.department"
    } else {
        "\"..\""
    };
    let remedy = format!("write `scope(\"department\", {word} = {value})`");
    if scopes == 0 {
        format!("`{word}` is where a scope finds its value, and there is no scope before it: {remedy}")
    } else {
        format!("it is not clear to which scope `{word}` belongs: {remedy}")
    }
}
