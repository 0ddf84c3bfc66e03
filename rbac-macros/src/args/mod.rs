//! The grammar of the attributes: tokens in, spanned data out. `docs/attribute.md` has it as EBNF.

mod argument;
mod check;
mod literal;
mod rule;
mod scope;

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{BinOp, Error, Ident, MacroDelimiter, Meta, MetaList, Result, Token, token};

pub(crate) use argument::Arguments;
pub(crate) use check::Check;
pub(crate) use rule::{List, Role, Rule};
pub(crate) use scope::{Scope, Source};

/// Which attribute of the family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    RequirePermission,
    RequireRole,
    Authenticated,
    Public,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::RequirePermission,
        Self::RequireRole,
        Self::Authenticated,
        Self::Public,
    ];

    pub(crate) fn named(name: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| name == kind.name())
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RequirePermission => "require_permission",
            Self::RequireRole => "require_role",
            Self::Authenticated => "authenticated",
            Self::Public => "public",
        }
    }

    /// What to write when there is nothing.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::RequirePermission => r#"#[require_permission("data:read")]"#,
            Self::RequireRole => r#"#[require_role("auditor")]"#,
            Self::Authenticated => "#[authenticated]",
            Self::Public => r#"#[public(reason = "health check")]"#,
        }
    }

    /// The named arguments that this attribute takes.
    pub(crate) const fn takes(self) -> &'static [&'static str] {
        match self {
            Self::RequirePermission | Self::Authenticated => &[
                "scope",
                "check",
                "admin_bypass",
                "fresh",
                "acr",
                "max_age",
                "on_denial",
                "crate",
            ],
            Self::RequireRole => &[
                "client",
                "scope",
                "check",
                "admin_bypass",
                "fresh",
                "acr",
                "max_age",
                "on_denial",
                "crate",
            ],
            Self::Public => &["reason", "crate"],
        }
    }
}

/// An attribute as written: its tokens are kept untouched until the last visit, so that every span survives.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    list: MetaList,
}

impl Written {
    /// The attribute that is being expanded.
    pub(crate) fn own(kind: Kind, tokens: TokenStream) -> Self {
        let name = Ident::new(kind.name(), Span::call_site());
        let delimiter = MacroDelimiter::Paren(token::Paren(Span::call_site()));
        Self {
            kind,
            list: MetaList {
                path: name.clone().into(),
                delimiter,
                tokens,
            },
            name,
        }
    }

    /// One that stands below it, if `meta` is of the family.
    pub(crate) fn stacked(meta: &Meta) -> Option<Self> {
        let name = &meta.path().segments.last()?.ident;
        let kind = Kind::named(name)?;
        Some(match meta {
            Meta::List(list) => Self {
                kind,
                name: name.clone(),
                list: list.clone(),
            },
            Meta::Path(_) | Meta::NameValue(_) => {
                let delimiter = MacroDelimiter::Paren(token::Paren(name.span()));
                let tokens = TokenStream::new();
                Self {
                    kind,
                    list: MetaList {
                        path: meta.path().clone(),
                        delimiter,
                        tokens,
                    },
                    name: name.clone(),
                }
            }
        })
    }

    pub(crate) fn tokens(&self) -> &TokenStream {
        &self.list.tokens
    }

    pub(crate) fn parse(&self) -> Result<Parsed> {
        self.list
            .parse_args_with(|input: ParseStream<'_>| Parsed::parse(self, input))
    }
}

/// An attribute, understood.
pub(crate) struct Parsed {
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    pub(crate) rule: Option<Rule>,
    pub(crate) arguments: Arguments,
}

impl Parsed {
    fn parse(written: &Written, input: ParseStream<'_>) -> Result<Self> {
        let Written { kind, name, .. } = written;
        let mut parsed = Self {
            kind: *kind,
            name: name.clone(),
            rule: None,
            arguments: Arguments::default(),
        };
        while !input.is_empty() {
            match argument::key(input) {
                Some(_) => parsed.arguments.parse_next(input, *kind)?,
                None => parsed.parse_rule(input)?,
            }
            separator(input)?;
        }
        Ok(parsed)
    }

    fn parse_rule(&mut self, input: ParseStream<'_>) -> Result<()> {
        match self.kind {
            Kind::Authenticated => return Err(literal::fault(input, NO_RULE_AUTHENTICATED)),
            Kind::Public => return Err(literal::fault(input, NO_RULE_PUBLIC)),
            Kind::RequirePermission | Kind::RequireRole => {}
        }
        if self.rule.is_some() {
            return Err(literal::fault(input, SECOND_RULE));
        }
        let rule = rule::parse(input, self.kind, 0)?;
        if !self.arguments.is_empty() {
            return Err(Error::new_spanned(
                rule,
                "the rule comes first: move it to the front",
            ));
        }
        self.rule = Some(rule);
        Ok(())
    }
}

const NO_RULE_AUTHENTICATED: &str = "`#[authenticated]` lets in everybody who is logged in and takes no rule: \
    write `#[require_permission(..)]` or `#[require_role(..)]`";
const NO_RULE_PUBLIC: &str =
    "`#[public]` takes no rule, only why the handler is open: write `reason = \"..\"`";
const SECOND_RULE: &str =
    "an attribute holds one rule: write `all(..)` around both if each must hold, `any(..)` if one is enough";

/// A comma or the end; an operator is what people try first.
fn separator(input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    let Some(word) = operator(input) else {
        let found = literal::found(input);
        return Err(literal::fault(
            input,
            format!("expected `,`, found {found}: write a comma in front of it"),
        ));
    };
    let message = format!("operators are not part of a rule: write `{word}(.., ..)`");
    Err(match input.parse::<BinOp>() {
        Ok(operator) => Error::new_spanned(operator, message),
        Err(_) => literal::fault(input, message),
    })
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

#[cfg(test)]
mod tests;
