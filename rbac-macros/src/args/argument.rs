//! The named arguments behind the rule.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, ExprPath, Ident, LitBool, LitStr, Path, Result, Token, token};

use super::{Check, Kind, Scope, literal, scope};
use crate::suggest;

/// The named arguments of one attribute.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) scopes: Vec<Scope>,
    pub(crate) checks: Vec<Check>,
    pub(crate) admin_bypass: Option<LitBool>,
    pub(crate) fresh: bool,
    pub(crate) acr: Option<LitStr>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    pub(crate) on_denial: Option<ExprPath>,
    pub(crate) client: Option<LitStr>,
    pub(crate) reason: Option<LitStr>,
    /// `crate = ..`
    pub(crate) root: Option<Path>,
    seen: Vec<String>,
}

const SOURCES: [&str; 4] = ["path", "query", "header", "value"];
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

impl Arguments {
    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    pub(super) fn parse_next(&mut self, input: ParseStream<'_>, kind: Kind) -> Result<()> {
        let word = input.call(Ident::parse_any)?;
        let name = word.to_string();
        if SOURCES.contains(&name.as_str()) && kind != Kind::Public {
            return self.source(input, &word);
        }
        if !kind.takes().contains(&name.as_str()) {
            return Err(Error::new(word.span(), foreign(&name, kind)));
        }
        if self.seen.contains(&name) && name != "scope" && name != "check" {
            return Err(Error::new(
                word.span(),
                format!("`{name}` is given twice: remove one of the two"),
            ));
        }
        self.value(input, &word, &name)?;
        self.seen.push(name);
        Ok(())
    }

    fn value(&mut self, input: ParseStream<'_>, word: &Ident, name: &str) -> Result<()> {
        match name {
            "scope" => self.scopes.push(scope::parse(input, word)?),
            "check" => self.checks.push(Check::parse(input, word)?),
            "admin_bypass" => self.admin_bypass = Some(switch(input, word, "admin_bypass = false")?),
            "fresh" if input.is_empty() || input.peek(Token![,]) => self.fresh = true,
            "fresh" => self.fresh = switch(input, word, "fresh")?.value,
            "acr" => self.acr = Some(string(input, word, "acr = \"gold\"")?),
            "max_age" => self.max_age = Some(seconds(&string(input, word, MAX_AGE)?)?),
            "on_denial" => self.on_denial = Some(function(input, word)?),
            "client" => self.client = Some(string(input, word, "client = \"crm\"")?),
            "reason" => self.reason = Some(string(input, word, "reason = \"health check\"")?),
            _ => self.root = Some(root(input, word)?),
        }
        Ok(())
    }

    /// A source that stands behind `scope = ".."` rather than inside `scope("..", ..)`.
    fn source(&mut self, input: ParseStream<'_>, word: &Ident) -> Result<()> {
        let adjacent = self.seen.last().is_some_and(|last| last == "scope");
        let [scope] = self.scopes.as_mut_slice() else {
            return Err(Error::new(word.span(), scope::homeless(word, self.scopes.len())));
        };
        if !adjacent {
            return Err(Error::new(word.span(), scope::homeless(word, 2)));
        }
        scope.set_source(input, word)
    }
}

fn string(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<LitStr> {
    assigned(input, word, example)?;
    literal::text(input, &format!("`{word}`"), example)
}

fn switch(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<LitBool> {
    assigned(input, word, example)?;
    literal::boolean(input, &format!("`{word}`"), example)
}

fn function(input: ParseStream<'_>, word: &Ident) -> Result<ExprPath> {
    const EXAMPLE: &str = "on_denial = to_the_login";
    assigned(input, word, EXAMPLE)?;
    if !starts_path(input) {
        let found = literal::found(input);
        let message = format!("`{word}` names a function by its path, found {found}: write `{EXAMPLE}`");
        return Err(literal::fault(input, message));
    }
    let path: ExprPath = input.parse()?;
    if input.peek(token::Paren) || input.peek(Token![.]) || input.peek(Token![!]) {
        let message = format!("`{word}` names a function without calling it: write `{EXAMPLE}`");
        return Err(Error::new_spanned(path, message));
    }
    Ok(path)
}

/// Whether a path begins here: no literal, and no block or closure with a word in front.
pub(super) fn starts_path(input: ParseStream<'_>) -> bool {
    let word = input.peek(Ident::peek_any) && !input.peek(LitBool);
    let keyword = input.peek(Token![async]) || input.peek(Token![move]);
    input.peek(Token![::]) || input.peek(Token![<]) || word && !keyword
}

fn root(input: ParseStream<'_>, word: &Ident) -> Result<Path> {
    const EXAMPLE: &str = "crate = rbac";
    assigned(input, word, EXAMPLE)?;
    if input.peek(Token![::]) || input.peek(Ident::peek_any) {
        return input.call(Path::parse_mod_style);
    }
    let found = literal::found(input);
    Err(literal::fault(
        input,
        format!("`crate` is the path of rbac-core, found {found}: write `{EXAMPLE}`"),
    ))
}

/// The `=` behind the name of an argument, where a value must follow.
pub(super) fn assigned(input: ParseStream<'_>, word: &Ident, example: &str) -> Result<()> {
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(
            word.span(),
            format!("`{word}` needs a value: write `{example}`"),
        ));
    }
    Ok(())
}

const MAX_AGE: &str = "max_age = \"5m\"";

/// `5m` is 300.
fn seconds(text: &LitStr) -> Result<u64> {
    let fault = |message: &str| Error::new(text.span(), format!("{message}: write `{MAX_AGE}`"));
    let value = text.value();
    let digits = value.trim_end_matches(|unit: char| !unit.is_ascii_digit());
    let unit = match value.get(digits.len()..) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 60 * 60,
        Some("d") => 24 * 60 * 60,
        _ => return Err(fault("`max_age` is a number and one unit of `s`, `m`, `h`, `d`")),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(fault("`max_age` is a number and one unit of `s`, `m`, `h`, `d`"));
    }
    match digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
    {
        Some(0) => Err(fault("no login is of age zero")),
        Some(seconds) if seconds <= MAX_SECONDS => Ok(seconds),
        _ => Err(fault("`max_age` is at most 3650 days")),
    }
}

const MAX_SECONDS: u64 = 3650 * 24 * 60 * 60;

/// Why `name` is no argument of this attribute.
fn foreign(name: &str, kind: Kind) -> String {
    let attribute = kind.name();
    match name {
        "reason" => format!("`reason` belongs to `#[public(..)]`, not to `#[{attribute}(..)]`: remove it"),
        "client" if kind == Kind::RequirePermission => {
            "`client` belongs to a role: write `role(\"auditor\", client = \"crm\")`".into()
        }
        "role" | "any" | "all" if kind != Kind::Public => {
            format!("`{name}` is part of the rule: write `{name}(..)`, with no `=`")
        }
        _ if kind == Kind::Public && (WORDS.contains(&name) || SOURCES.contains(&name)) => format!(
            "`{name}` means nothing on `#[public]`, which authenticates nobody: remove it, or protect the handler"
        ),
        _ => unknown(name, kind),
    }
}

fn unknown(name: &str, kind: Kind) -> String {
    match suggest::nearest(name, kind.takes().iter().copied()) {
        Some(meant) => format!("unknown argument `{name}`: did you mean `{meant}`?"),
        None => {
            let known = suggest::listed(kind.takes().iter().copied());
            format!("unknown argument `{name}`: `#[{}]` takes {known}", kind.name())
        }
    }
}
