//! Permissions and roles, in `any(..)` and `all(..)`.

use std::borrow::Cow;

use quote::ToTokens as _;
use rbac_catalogue::{nearest, permission_fault};
use rbac_core::policy::Condition;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, ExprPath, Ident, Lit, Result, Token, parenthesized, token};

use super::{Kind, arguments, literal};

/// Deeper is no rule that anybody could read, and the reader is recursive.
const MAX_DEPTH: usize = 32;

pub(super) fn parse(input: ParseStream<'_>, kind: Kind, depth: usize) -> Result<Condition> {
    if depth > MAX_DEPTH {
        return Err(literal::fault(
            input,
            "a rule nests at most 32 deep: write a shorter one",
        ));
    }
    if input.peek(Lit) {
        return bare(input, kind);
    }
    if input.peek(Ident::peek_any) && input.peek2(token::Paren) {
        return function(input, kind, depth);
    }
    if super::starts_path(input) {
        return Err(constant(input, kind)?);
    }
    Err(literal::fault(input, unexpected(input, kind)))
}

/// A comma or the end; an operator is what people try first.
pub(super) fn separator(input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    let message = match operator(input) {
        Some(word) => format!("operators are not part of a rule: write `{word}(.., ..)`"),
        None => format!(
            "expected `,`, found {}: write a comma in front of it",
            literal::found(input)
        ),
    };
    Err(literal::fault(input, message))
}

/// A string by itself.
fn bare(input: ParseStream<'_>, kind: Kind) -> Result<Condition> {
    if kind == Kind::RequireRole {
        let name = literal::name(input, "a role", "the role's name", "\"auditor\"")?;
        return Ok(role_of(name, None));
    }
    let name = literal::text(input, "a permission", "\"data:read\"")?;
    match permission_fault(&name) {
        None => Ok(Condition::Permission(Cow::Owned(name))),
        Some(fault) => Err(literal::fault(input, fault)),
    }
}

fn function(input: ParseStream<'_>, kind: Kind, depth: usize) -> Result<Condition> {
    let word = input.call(Ident::parse_any)?;
    let parts = |word: &str| list(input, word, kind, depth).map(Cow::Owned);
    match word.to_string().as_str() {
        "any" => parts("any").map(Condition::Any),
        "all" => parts("all").map(Condition::All),
        "role" => role(input),
        "not" => Err(Error::new(word.span(), NEGATION)),
        "permission" => Err(Error::new(
            word.span(),
            "a permission stands for itself: write `\"data:read\"`",
        )),
        other => Err(Error::new(word.span(), unknown(other))),
    }
}

fn list(input: ParseStream<'_>, word: &str, kind: Kind, depth: usize) -> Result<Vec<Condition>> {
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        let example = if kind == Kind::RequireRole {
            r#""a", "b""#
        } else {
            r#""a:b", "c:d""#
        };
        let message = format!("`{word}()` says nothing: write `{word}({example})`");
        return Err(literal::fault(&content, message));
    }
    let mut parts = Vec::new();
    while !content.is_empty() {
        if let Some(key) = arguments::key(&content) {
            let message = format!("`{key}` belongs after the rule, not inside `{word}(..)`");
            return Err(Error::new(key.span(), message));
        }
        let part = parse(&content, kind, depth + 1)?;
        if let Some(name) = leaf(&part).filter(|_| parts.contains(&part)) {
            let message = format!("`{word}(..)` names `{name}` twice: remove one of the two");
            return Err(literal::fault(&content, message));
        }
        parts.push(part);
        separator(&content)?;
    }
    Ok(parts)
}

/// `("auditor", client = "crm")`
fn role(input: ParseStream<'_>) -> Result<Condition> {
    const EXAMPLE: &str = "role(\"auditor\", client = \"crm\")";
    let content;
    parenthesized!(content in input);
    let name = literal::name(&content, "a role", "the role's name", "role(\"auditor\")")?;
    separator(&content)?;
    if content.is_empty() {
        return Ok(role_of(name, None));
    }
    if arguments::key(&content).is_none_or(|key| key != "client") {
        let found = literal::found(&content);
        let message = format!("a role takes `client` and no more, found {found}: write `{EXAMPLE}`");
        return Err(literal::fault(&content, message));
    }
    let word = content.call(Ident::parse_any)?;
    arguments::assigned(&content, &word, EXAMPLE)?;
    let client = literal::name(&content, "`client`", "`client`", "client = \"crm\"")?;
    separator(&content)?;
    if content.is_empty() {
        return Ok(role_of(name, Some(client)));
    }
    let message = format!("a role takes one `client` and no more: write `{EXAMPLE}`");
    Err(literal::fault(&content, message))
}

fn role_of(name: String, client: Option<String>) -> Condition {
    Condition::Role {
        name: Cow::Owned(name),
        client: client.map(Cow::Owned),
    }
}

fn leaf(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::Permission(name) | Condition::Role { name, .. } => Some(name),
        _ => None,
    }
}

/// A path where a rule begins: the compiler would look it up, and nobody is there to ask.
fn constant(input: ParseStream<'_>, kind: Kind) -> Result<Error> {
    let path: ExprPath = input.parse()?;
    let written = path.to_token_stream().to_string().replace(' ', "");
    let message = if input.peek(token::Paren) {
        format!("`{written}(..)` is a call: name a `Permission` constant without calling anything")
    } else if input.peek(Token![!]) {
        format!("`{written}!` hides the name from the compiler: write a string literal or a constant")
    } else if kind == Kind::RequireRole {
        format!("a role is a string literal, found `{written}`: write `\"auditor\"`")
    } else {
        format!("only the compiler knows what the constant `{written}` holds: write the permission itself")
    };
    Ok(Error::new_spanned(path, message))
}

const NEGATION: &str = "a rule cannot be negated, so that a further role never takes access away: \
    name what is needed, or write a `check = ..`";

fn unexpected(input: ParseStream<'_>, kind: Kind) -> String {
    if input.peek(Token![!]) {
        return NEGATION.into();
    }
    let found = literal::found(input);
    match kind {
        Kind::RequireRole => {
            format!("expected a role such as `\"auditor\"`, `any(..)` or `all(..)`, found {found}")
        }
        _ => format!(
            "expected a permission such as `\"data:read\"`, `any(..)`, `all(..)` or `role(..)`, found {found}"
        ),
    }
}

fn unknown(word: &str) -> String {
    let meant = match word {
        "or" => Some("any"),
        "and" => Some("all"),
        _ => nearest(word, ["any", "all", "role"]).into_iter().next(),
    };
    match meant {
        Some(meant) => format!("unknown rule `{word}(..)`: write `{meant}(..)`"),
        None => {
            format!("unknown rule `{word}(..)`: a rule is a permission, `any(..)`, `all(..)` or `role(..)`")
        }
    }
}

fn operator(input: ParseStream<'_>) -> Option<&'static str> {
    let word = input.fork().call(Ident::parse_any).ok();
    if input.peek(Token![|]) || word.as_ref().is_some_and(|word| word == "or") {
        Some("any")
    } else if input.peek(Token![&]) || input.peek(Token![+]) || word.is_some_and(|word| word == "and") {
        Some("all")
    } else {
        None
    }
}
