//! String literals, and the words for what stands in their place.

use syn::parse::ParseStream;
use syn::{Error, Lit, LitStr, Result, Token};

/// A string literal, or a fault that says what stands there instead.
pub(super) fn text(input: ParseStream<'_>, what: &str, example: &str) -> Result<String> {
    if !input.peek(LitStr) {
        let found = found(input);
        let message = format!("{what} is a string literal, found {found}: write `{example}`");
        return Err(fault(input, message));
    }
    let text: LitStr = input.parse()?;
    match text.suffix() {
        "" => Ok(text.value()),
        suffix => {
            let message = format!("{what} has no suffix: remove `{suffix}` behind the quote");
            Err(Error::new(text.span(), message))
        }
    }
}

/// A string literal that holds more than blanks; `named` is what it is called where it does not.
pub(super) fn name(input: ParseStream<'_>, what: &str, named: &str, example: &str) -> Result<String> {
    let name = text(input, what, example)?;
    if name.trim().is_empty() {
        let example = if named == "the role's name" {
            "role(\"auditor\")"
        } else {
            example
        };
        return Err(fault(input, format!("{named} is empty: write `{example}`")));
    }
    Ok(name)
}

pub(super) fn fault(input: ParseStream<'_>, message: impl std::fmt::Display) -> Error {
    Error::new(input.span(), message)
}

/// What the next token is, in words.
pub(super) fn found(input: ParseStream<'_>) -> String {
    if input.is_empty() {
        return "nothing".into();
    }
    if let Ok(literal) = input.fork().parse::<Lit>() {
        return kind_of(&literal).into();
    }
    let grouped = [
        (input.peek(syn::token::Paren), "parentheses"),
        (input.peek(syn::token::Bracket), "brackets"),
        (input.peek(syn::token::Brace), "braces"),
    ];
    if let Some((_, name)) = grouped.into_iter().find(|(here, _)| *here) {
        return name.into();
    }
    for (operator, here) in [
        ("||", input.peek(Token![||])),
        ("&&", input.peek(Token![&&])),
        ("==", input.peek(Token![==])),
    ] {
        if here {
            return format!("`{operator}`");
        }
    }
    let token = input.cursor().token_tree();
    token.map_or_else(|| "nothing".into(), |(token, _)| format!("`{token}`"))
}

const fn kind_of(literal: &Lit) -> &'static str {
    match literal {
        Lit::Str(_) => "a string",
        Lit::ByteStr(_) => "a byte string",
        Lit::CStr(_) => "a C string",
        Lit::Byte(_) => "a byte",
        Lit::Char(_) => "a character",
        Lit::Int(_) | Lit::Float(_) => "a number",
        Lit::Bool(_) => "a boolean",
        _ => "a literal",
    }
}
