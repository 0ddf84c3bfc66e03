//! A rule as text, in the attribute's grammar (`docs/attribute.md`), read at run time.
//!
//! The attribute itself reads tokens and keeps every span; here a text becomes what the attribute would have emitted. The tests
//! hold both against the cases under `tests/ui`.

mod arguments;
mod literal;
mod rule;
mod scope;
#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use rbac_core::policy::{Condition, Requirement};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, LitBool, Result, Token, bracketed, parenthesized, token};

use self::arguments::Arguments;

/// Longer is no rule that anybody wrote, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// How deep brackets may nest, whatever they are: what reads them is recursive. A rule has bounds of its own below this.
const MAX_NESTING: usize = 128;

/// Which attribute of the family the text belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    RequirePermission,
    RequireRole,
    Authenticated,
}

/// Reads `any("a:b", role("c")), scope = "department"`, or a whole attribute `#[require_permission(..)]`.
///
/// What is written stays in memory for the rest of the process, as an attribute's text does.
///
/// # Errors
/// One line that says what was found and what to write.
pub(crate) fn parse(text: &str) -> std::result::Result<Requirement, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("longer than {MAX_BYTES} bytes"));
    }
    let tokens: TokenStream = text
        .parse()
        .map_err(|_| "these are no tokens of Rust: is a quote or a bracket missing?".to_owned())?;
    if nests_deeper_than(MAX_NESTING, &tokens) {
        return Err(format!("brackets nest deeper than {MAX_NESTING}"));
    }
    whole.parse2(tokens).map_err(|error| error.to_string())
}

fn whole(input: ParseStream<'_>) -> Result<Requirement> {
    if input.peek(Token![#]) {
        return attribute(input);
    }
    if input.peek(Ident) && input.fork().parse::<Ident>()? == "authenticated" {
        return authenticated(input);
    }
    body(input, Kind::RequirePermission)
}

/// `#[require_permission(..)]`
fn attribute(input: ParseStream<'_>) -> Result<Requirement> {
    input.parse::<Token![#]>()?;
    let content;
    bracketed!(content in input);
    if !input.is_empty() {
        return Err(literal::fault(input, "one attribute and no more is meant"));
    }
    let name: Ident = content.call(Ident::parse_any)?;
    let kind = match name.to_string().as_str() {
        "require_permission" => Kind::RequirePermission,
        "require_role" => Kind::RequireRole,
        "authenticated" => Kind::Authenticated,
        other => {
            let message = format!(
                "`#[{other}]` is no rule: write `require_permission`, `require_role` or `authenticated`"
            );
            return Err(syn::Error::new(name.span(), message));
        }
    };
    if content.is_empty() {
        return body(&content, kind);
    }
    let inner;
    parenthesized!(inner in content);
    if !content.is_empty() {
        return Err(literal::fault(&content, "one attribute and no more is meant"));
    }
    body(&inner, kind)
}

/// `authenticated, fresh`, as the list of rules has it, or `authenticated(fresh)`.
fn authenticated(input: ParseStream<'_>) -> Result<Requirement> {
    input.parse::<Ident>()?;
    if input.peek(token::Paren) {
        let inner;
        parenthesized!(inner in input);
        if !input.is_empty() {
            return Err(literal::fault(input, "one attribute and no more is meant"));
        }
        return body(&inner, Kind::Authenticated);
    }
    rule::separator(input)?;
    body(input, Kind::Authenticated)
}

fn body(input: ParseStream<'_>, kind: Kind) -> Result<Requirement> {
    let (mut found, mut arguments) = (None, Arguments::default());
    while !input.is_empty() {
        match arguments::key(input) {
            Some(_) => arguments.parse_next(input, kind)?,
            None if kind == Kind::Authenticated => {
                return Err(literal::fault(input, NO_RULE));
            }
            None if found.is_some() => return Err(literal::fault(input, SECOND_RULE)),
            None if !arguments.is_empty() => {
                return Err(literal::fault(
                    input,
                    "the rule comes first: move it to the front",
                ));
            }
            None => found = Some(rule::parse(input, kind, 0)?),
        }
        rule::separator(input)?;
    }
    let condition = match (found, kind) {
        (Some(condition), _) => condition,
        (None, Kind::Authenticated) => Condition::Authenticated,
        (None, Kind::RequirePermission) => return Err(literal::fault(input, NEEDS_PERMISSION)),
        (None, Kind::RequireRole) => return Err(literal::fault(input, NEEDS_ROLE)),
    };
    arguments
        .apply_to(condition)
        .map_err(|message| literal::fault(input, message))
}

fn nests_deeper_than(limit: usize, tokens: &TokenStream) -> bool {
    let mut levels = vec![tokens.clone().into_iter()];
    while let Some(level) = levels.last_mut() {
        match level.next() {
            Some(TokenTree::Group(group)) => levels.push(group.stream().into_iter()),
            Some(_) => {}
            None => drop(levels.pop()),
        }
        if levels.len() > limit.saturating_add(1) {
            return true;
        }
    }
    false
}

/// Whether a path or a call begins here: no literal.
fn starts_path(input: ParseStream<'_>) -> bool {
    input.peek(Token![::]) || input.peek(Token![<]) || input.peek(Ident::peek_any) && !input.peek(LitBool)
}

const NO_RULE: &str = "`#[authenticated]` lets in everybody who is logged in and takes no rule: \
    write `#[require_permission(..)]` or `#[require_role(..)]`";
const SECOND_RULE: &str =
    "an attribute holds one rule: write `all(..)` around both if each must hold, `any(..)` if one is enough";
const NEEDS_PERMISSION: &str =
    "`#[require_permission]` needs a permission: write `#[require_permission(\"data:read\")]`";
const NEEDS_ROLE: &str = "`#[require_role]` needs a role: write `#[require_role(\"auditor\")]`";
