//! Literals, and the words for what stands in their place.

use syn::parse::ParseStream;
use syn::{Error, Lit, LitBool, LitStr, Result, Token};

/// A string literal, or a fault that says what stands there instead.
pub(super) fn text(input: ParseStream<'_>, what: &str, example: &str) -> Result<LitStr> {
    if !input.peek(LitStr) {
        let found = found(input);
        return Err(fault(
            input,
            format!("{what} is a string literal, found {found}: write `{example}`"),
        ));
    }
    let text: LitStr = input.parse()?;
    if text.suffix().is_empty() {
        Ok(text)
    } else {
        let suffix = text.suffix();
        Err(Error::new_spanned(
            &text,
            format!("{what} has no suffix: remove `{suffix}` behind the quote"),
        ))
    }
}

/// `true` or `false`.
pub(super) fn boolean(input: ParseStream<'_>, what: &str, example: &str) -> Result<LitBool> {
    if input.peek(LitBool) {
        return input.parse();
    }
    let found = found(input);
    Err(fault(
        input,
        format!("{what} is `true` or `false`, found {found}: write `{example}`"),
    ))
}

/// A fault over all of the next token; at the end, over what closes it.
pub(super) fn fault(input: ParseStream<'_>, message: impl std::fmt::Display) -> Error {
    let token = input.cursor().token_tree().map(|(token, _)| token.span());
    Error::new(token.unwrap_or_else(|| input.span()), message)
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
    input
        .cursor()
        .token_tree()
        .map_or_else(|| "nothing".into(), |(token, _)| format!("`{token}`"))
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
