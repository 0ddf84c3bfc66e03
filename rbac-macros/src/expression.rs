//! The expressions of `value = ..` and `check = f(..)`, over the handler's arguments.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{Expr, LitStr};

/// The names that tokens mention, fields and methods left out, names captured by a format string included.
pub(crate) fn mentioned(tokens: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(tokens, &mut names);
    names
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let mut after_dot = false;
    for token in tokens {
        let dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        match token {
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Ident(name) if !after_dot => drop(names.insert(name.to_string())),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse2::<LitStr>(TokenTree::from(literal).into()) {
                    names.extend(captured(&text));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
        // Of the two dots of a range, `a..b`, the second follows a dot too: `b` must count.
        after_dot = dot && !after_dot;
    }
}

/// `{department}` in a format string.
fn captured(text: &LitStr) -> Vec<String> {
    let value = text.value();
    let braced = value
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split(['}', ':']).next());
    braced
        .filter(|name| syn::parse_str::<Ident>(name).is_ok())
        .map(str::to_owned)
        .collect()
}

/// Where an expression could leave the function it is put into: `return`, `?`, `.await` and the like.
pub(crate) fn escape(tokens: TokenStream) -> Option<(Span, String)> {
    const WORDS: [&str; 5] = ["return", "await", "break", "continue", "yield"];
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => escape(group.stream()),
        TokenTree::Ident(word) if WORDS.iter().any(|one| word == one) => {
            Some((word.span(), word.to_string()))
        }
        TokenTree::Punct(punct) if punct.as_char() == '?' => Some((punct.span(), "?".into())),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// The lower-case names from which an expression reaches for its value: `body` in `body.owner.id`.
pub(crate) fn roots(expression: &Expr) -> Vec<&Ident> {
    match expression {
        Expr::Path(path) if path.qself.is_none() => path
            .path
            .get_ident()
            .into_iter()
            .filter(|it| is_local(it))
            .collect(),
        Expr::Field(field) => roots(&field.base),
        Expr::MethodCall(call) => roots(&call.receiver),
        Expr::Index(index) => roots(&index.expr),
        Expr::Unary(unary) => roots(&unary.expr),
        Expr::Reference(reference) => roots(&reference.expr),
        Expr::Paren(paren) => roots(&paren.expr),
        Expr::Group(group) => roots(&group.expr),
        Expr::Cast(cast) => roots(&cast.expr),
        _ => Vec::new(),
    }
}

fn is_local(name: &Ident) -> bool {
    name.to_string()
        .trim_start_matches("r#")
        .starts_with(|first: char| first.is_lowercase() || first == '_')
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::*;

    fn mentioned_in(text: &str) -> Vec<String> {
        mentioned(text.parse().unwrap()).into_iter().collect()
    }

    #[test]
    fn fields_and_methods_are_no_mentions() {
        assert_eq!(mentioned_in("body.department.trim()"), ["body"]);
        assert_eq!(mentioned_in("a[b].c + d..e"), ["a", "b", "d", "e"]);
    }

    #[test]
    fn names_in_format_strings_are() {
        assert_eq!(
            mentioned_in(r#"format!("{department}-{id:>3}-{}", x)"#),
            ["department", "format", "id", "x"]
        );
    }

    #[test]
    fn what_could_leave_the_function_is_found() {
        for text in ["return x", "f(a?)", "a.await", "{ break }"] {
            assert!(escape(text.parse().unwrap()).is_some(), "{text}");
        }
        assert!(escape("f(a.b, &c[0])".parse().unwrap()).is_none());
    }

    #[test]
    fn the_roots_are_where_the_value_comes_from() {
        let expression: Expr = parse_str("&(*body).owner[0].id.as_str()").unwrap();
        assert!(matches!(roots(&expression).as_slice(), [root] if *root == "body"));
        let expression: Expr = parse_str("normalize(body.owner)").unwrap();
        assert!(roots(&expression).is_empty());
        let expression: Expr = parse_str("TENANT").unwrap();
        assert!(roots(&expression).is_empty());
    }
}
