//! The rule: permissions and roles, in `any(..)` and `all(..)`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, ExprPath, Ident, Lit, LitStr, Result, Token, parenthesized, token};

use super::{Kind, argument, literal, separator};
use crate::suggest;

/// What must hold of the principal.
pub(crate) enum Rule {
    /// `"data:write"`
    Permission(LitStr),
    /// `perms::DATA_WRITE`
    Constant(ExprPath),
    /// `role("auditor")`, or a bare string in `#[require_role(..)]`
    Role(Role),
    /// `any(..)`
    Any(List),
    /// `all(..)`
    All(List),
}

/// A role of the realm, or of a client.
pub(crate) struct Role {
    pub(crate) name: LitStr,
    pub(crate) client: Option<LitStr>,
}

/// What stands in `any(..)` or `all(..)`; never empty.
pub(crate) struct List {
    pub(crate) rules: Vec<Rule>,
}

/// Deeper is no rule that anybody could read, and the parser is recursive.
const MAX_DEPTH: usize = 32;

pub(super) fn parse(input: ParseStream<'_>, kind: Kind, depth: usize) -> Result<Rule> {
    if depth > MAX_DEPTH {
        return Err(literal::fault(
            input,
            "a rule nests at most 32 deep: write a shorter one",
        ));
    }
    if input.peek(Lit) {
        return name(input, kind);
    }
    if input.peek(Ident::peek_any) && input.peek2(token::Paren) {
        return function(input, kind, depth);
    }
    if input.peek(Token![::]) || input.peek(Token![<]) || input.peek(Ident::peek_any) {
        return constant(input, kind);
    }
    Err(literal::fault(input, unexpected(input, kind)))
}

fn name(input: ParseStream<'_>, kind: Kind) -> Result<Rule> {
    if kind == Kind::RequireRole {
        let name = literal::text(input, "a role", "\"auditor\"")?;
        return Ok(Rule::Role(Role { name, client: None }));
    }
    literal::text(input, "a permission", "\"data:read\"").map(Rule::Permission)
}

fn function(input: ParseStream<'_>, kind: Kind, depth: usize) -> Result<Rule> {
    let word = input.call(Ident::parse_any)?;
    match word.to_string().as_str() {
        "any" => list(input, &word, kind, depth).map(Rule::Any),
        "all" => list(input, &word, kind, depth).map(Rule::All),
        "role" => role(input).map(Rule::Role),
        "not" => Err(Error::new(word.span(), NEGATION)),
        "permission" => Err(Error::new(
            word.span(),
            "a permission stands for itself: write `\"data:read\"`",
        )),
        other => Err(Error::new(word.span(), unknown(other))),
    }
}

fn list(input: ParseStream<'_>, word: &Ident, kind: Kind, depth: usize) -> Result<List> {
    let content;
    let parens = parenthesized!(content in input);
    if content.is_empty() {
        let example = if kind == Kind::RequireRole {
            r#""a", "b""#
        } else {
            r#""a:b", "c:d""#
        };
        let message = format!("`{word}()` says nothing: write `{word}({example})`");
        return Err(over(word, parens, message));
    }
    let mut rules = Vec::new();
    while !content.is_empty() {
        if let Some(key) = argument::key(&content) {
            return Err(Error::new(
                key.span(),
                format!("`{key}` belongs after the rule, not inside `{word}(..)`"),
            ));
        }
        rules.push(parse(&content, kind, depth + 1)?);
        separator(&content)?;
    }
    Ok(List { rules })
}

fn role(input: ParseStream<'_>) -> Result<Role> {
    let content;
    parenthesized!(content in input);
    let name = literal::text(&content, "a role", "role(\"auditor\")")?;
    separator(&content)?;
    let client = if content.is_empty() {
        None
    } else {
        Some(client(&content)?)
    };
    Ok(Role { name, client })
}

fn client(content: ParseStream<'_>) -> Result<LitStr> {
    const EXAMPLE: &str = "role(\"auditor\", client = \"crm\")";
    if argument::key(content).is_none_or(|key| key != "client") {
        let found = literal::found(content);
        return Err(literal::fault(
            content,
            format!("a role takes `client` and no more, found {found}: write `{EXAMPLE}`"),
        ));
    }
    let word = content.call(Ident::parse_any)?;
    argument::assigned(content, &word, EXAMPLE)?;
    let client = literal::text(content, "`client`", EXAMPLE)?;
    separator(content)?;
    if content.is_empty() {
        return Ok(client);
    }
    Err(literal::fault(
        content,
        format!("a role takes one `client` and no more: write `{EXAMPLE}`"),
    ))
}

fn constant(input: ParseStream<'_>, kind: Kind) -> Result<Rule> {
    let path: ExprPath = input.parse()?;
    let written = path.to_token_stream().to_string().replace(' ', "");
    if input.peek(token::Paren) {
        let message =
            format!("`{written}(..)` is a call: name a `Permission` constant without calling anything");
        return Err(Error::new_spanned(path, message));
    }
    if input.peek(Token![!]) {
        let message =
            format!("`{written}!` hides the name from the compiler: write a string literal or a constant");
        return Err(Error::new_spanned(path, message));
    }
    if kind == Kind::RequireRole {
        let message = format!("a role is a string literal, found `{written}`: write `\"auditor\"`");
        return Err(Error::new_spanned(path, message));
    }
    Ok(Rule::Constant(path))
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
    let known = ["any", "all", "role"];
    let meant = match word {
        "or" => Some("any"),
        "and" => Some("all"),
        _ => suggest::nearest(word, known),
    };
    match meant {
        Some(meant) => format!("unknown rule `{word}(..)`: write `{meant}(..)`"),
        None => {
            format!("unknown rule `{word}(..)`: a rule is a permission, `any(..)`, `all(..)` or `role(..)`")
        }
    }
}

fn over(word: &Ident, parens: token::Paren, message: String) -> Error {
    let mut tokens = word.to_token_stream();
    parens.surround(&mut tokens, |_| {});
    Error::new_spanned(tokens, message)
}

/// The tokens of the names in it, for spans.
impl ToTokens for Rule {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Permission(name) | Self::Role(Role { name, .. }) => name.to_tokens(tokens),
            Self::Constant(path) => path.to_tokens(tokens),
            Self::Any(List { rules }) | Self::All(List { rules }) => {
                rules.iter().for_each(|rule| rule.to_tokens(tokens));
            }
        }
    }
}
