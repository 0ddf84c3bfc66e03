//! What stands behind the rule: boundaries, checks, and how the caller has to be logged in.

use proc_macro2::{TokenStream, TokenTree};
use rbac_core::policy::{Condition, Requirement};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitBool, Result, Token, token};

use super::scope::{SOURCES, Scope};
use super::{Kind, literal, scope};

/// The named arguments.
#[derive(Default)]
pub(super) struct Arguments {
    scopes: Vec<Scope>,
    checks: Vec<String>,
    no_bypass: bool,
    fresh: bool,
    acr: Option<String>,
    max_age: Option<u64>,
    client: Option<String>,
    seen: Vec<String>,
}

const WORDS: [&str; 10] = [
    "scope",
    "check",
    "admin_bypass",
    "fresh",
    "acr",
    "max_age",
    "on_denial",
    "crate",
    "client",
    "reason",
];

/// The name of the next argument, if what follows is one: `name = ..`, or a known name by itself or called.
pub(super) fn key(input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let word = ahead.call(Ident::parse_any).ok()?;
    let assigned = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    let known = WORDS.iter().chain(&SOURCES).any(|name| word == name);
    let complete = ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(token::Paren);
    (assigned || known && complete).then_some(word)
}

/// The `=` behind the name of an argument, where a value must follow.
pub(super) fn assigned(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<()> {
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() || input.peek(Token![,]) {
        let message = format!("`{word}` needs a value: write `{example}`");
        return Err(Error::new(word.span(), message));
    }
    Ok(())
}

impl Arguments {
    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    pub(super) fn parse_next(&mut self, input: ParseStream<'_>, kind: Kind) -> Result<()> {
        let word = input.call(Ident::parse_any)?;
        let name = word.to_string();
        if self.seen.contains(&name) && name != "scope" && name != "check" {
            let message = format!("`{name}` is given twice: remove one of the two");
            return Err(Error::new(word.span(), message));
        }
        match name.as_str() {
            "scope" => self.scopes.push(scope::parse(input, &word)?),
            "path" | "query" | "header" | "value" => self.source(input, &word)?,
            "check" => self.checks.push(check(input, &word)?),
            "admin_bypass" => self.no_bypass = !switch(input, &word, "admin_bypass = false")?,
            "fresh" if input.is_empty() || input.peek(Token![,]) => self.fresh = true,
            "fresh" => self.fresh = switch(input, &word, "fresh")?,
            "acr" => self.acr = Some(text(input, &word, "acr = \"gold\"")?),
            "max_age" => self.max_age = Some(seconds(&text(input, &word, MAX_AGE)?, input)?),
            "client" if kind == Kind::RequireRole => {
                assigned(input, &word, "client = \"crm\"")?;
                self.client = Some(literal::name(input, "`client`", "`client`", "client = \"crm\"")?);
            }
            // They say how the program answers and is built, not who may.
            "on_denial" | "crate" => {
                assigned(input, &word, "..")?;
                expression(input)?;
            }
            other => return Err(Error::new(word.span(), foreign(other))),
        }
        self.seen.push(name);
        Ok(())
    }

    /// A source that stands behind `scope = ".."` rather than inside `scope("..", ..)`.
    fn source(&mut self, input: ParseStream<'_>, word: &Ident) -> Result<()> {
        let adjacent = self.seen.last().is_some_and(|last| last == "scope");
        match self.scopes.as_mut_slice() {
            [scope] if adjacent => scope.set_source(input, word),
            [] => Err(Error::new(
                word.span(),
                format!("`{word}` is where a scope finds its value, and there is no scope before it"),
            )),
            _ => Err(Error::new(
                word.span(),
                format!("it is not clear to which scope `{word}` belongs"),
            )),
        }
    }

    /// All that the attribute demands.
    pub(super) fn apply_to(self, condition: Condition) -> std::result::Result<Requirement, String> {
        let condition = with_client(condition, self.client)?;
        let boundaries = scope::boundaries(self.scopes)?;
        let checks: Vec<&'static str> = self.checks.into_iter().map(kept).collect();
        let mut requirement = Requirement::new(condition)
            .boundaries(Vec::leak(boundaries))
            .checks(Vec::leak(checks));
        if self.no_bypass {
            requirement = requirement.without_admin_bypass();
        }
        if self.fresh {
            requirement = requirement.fresh();
        }
        if let Some(acr) = self.acr {
            requirement = requirement.acr(kept(acr));
        }
        if let Some(seconds) = self.max_age {
            requirement = requirement.max_age(seconds);
        }
        Ok(requirement)
    }
}

/// `check = path::to::function(..)`, or the name alone, as the list of rules has it.
fn check(input: ParseStream<'_>, word: &Ident) -> Result<String> {
    assigned(input, word, "check = may_see(id)")?;
    let written = expression(input)?;
    Ok(written.split('(').next().unwrap_or_default().to_owned())
}

fn switch(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<bool> {
    assigned(input, word, example)?;
    if input.peek(LitBool) {
        return Ok(input.parse::<LitBool>()?.value);
    }
    let found = literal::found(input);
    let message = format!("`{word}` is `true` or `false`, found {found}: write `{example}`");
    Err(literal::fault(input, message))
}

fn text(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<String> {
    assigned(input, word, example)?;
    literal::text(input, &format!("`{word}`"), example)
}

const MAX_AGE: &str = "max_age = \"5m\"";

/// `5m` is 300.
fn seconds(text: &str, input: ParseStream<'_>) -> Result<u64> {
    let units = [('s', 1_u64), ('m', 60), ('h', 3600), ('d', 86_400)];
    let found = units.into_iter().find_map(|(unit, seconds)| {
        let digits = text.strip_suffix(unit)?;
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u64>().ok().filter(|_| plain)?.checked_mul(seconds)
    });
    found
        .filter(|seconds| (1..=3650 * 86_400).contains(seconds))
        .ok_or_else(|| {
            let message = "`max_age` is a number and one unit of `s`, `m`, `h`, `d`, at most 3650 days";
            literal::fault(input, format!("{message}: write `{MAX_AGE}`"))
        })
}

/// Tokens up to the next comma, as they are written but for blanks.
pub(super) fn expression(input: ParseStream<'_>) -> Result<String> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    let text = tokens.to_string();
    Ok(text.replace(" :: ", "::").replace(" . ", ".").replace(" (", "("))
}

/// `#[require_role("auditor", client = "crm")]`
fn with_client(condition: Condition, client: Option<String>) -> std::result::Result<Condition, String> {
    match (condition, client) {
        (condition, None) => Ok(condition),
        (Condition::Role { client: Some(_), .. }, Some(_)) => {
            Err("the role has its `client` already: remove one of the two".to_owned())
        }
        (Condition::Role { name, client: None }, Some(client)) => Ok(Condition::Role {
            name,
            client: Some(client.into()),
        }),
        (_, Some(client)) => Err(format!(
            "`client` belongs to a single role: write `role(\"..\", client = \"{client}\")` inside the list"
        )),
    }
}

fn foreign(name: &str) -> String {
    match name {
        "client" => "`client` belongs to a role: write `role(\"auditor\", client = \"crm\")`".to_owned(),
        "role" | "any" | "all" => format!("`{name}` is part of the rule: write `{name}(..)`, with no `=`"),
        other => format!("unknown argument `{other}`"),
    }
}

/// A run reads a rule or two, so that what stays is little.
pub(super) fn kept(text: String) -> &'static str {
    String::leak(text)
}
