//! `check`: an async function over the principal and the handler's arguments.

use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprPath, Ident, Result, Token, parenthesized, token};

use super::{argument, literal};

/// `check = path::to::function(id, body.owner)`.
pub(crate) struct Check {
    pub(crate) function: ExprPath,
    pub(crate) parens: token::Paren,
    pub(crate) arguments: Vec<Expr>,
}

const EXAMPLE: &str = "check = may_see(id)";

impl Check {
    pub(super) fn parse(input: ParseStream<'_>, word: &Ident) -> Result<Self> {
        argument::assigned(input, word, EXAMPLE)?;
        let function = function(input)?;
        let content;
        let parens = parenthesized!(content in input);
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        if input.peek(Token![.]) || input.peek(Token![?]) {
            return Err(literal::fault(
                input,
                format!("the check is awaited and judged for you: write `{EXAMPLE}`"),
            ));
        }
        Ok(Self {
            function,
            parens,
            arguments: arguments.into_iter().collect(),
        })
    }
}

fn function(input: ParseStream<'_>) -> Result<ExprPath> {
    if !argument::starts_path(input) {
        let found = literal::found(input);
        return Err(literal::fault(
            input,
            format!("`check` calls an async function, found {found}: write `{EXAMPLE}`"),
        ));
    }
    let path: ExprPath = input.parse()?;
    if input.peek(token::Paren) {
        return Ok(path);
    }
    let message = if input.peek(Token![.]) {
        format!("`check` names a function by its path, found a method: write `{EXAMPLE}`")
    } else {
        format!("`check` says which arguments its function gets: write `{EXAMPLE}`")
    };
    Err(Error::new_spanned(path, message))
}
