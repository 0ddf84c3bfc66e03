//! Boundaries and checks, against the handler's arguments and the routes in sight.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, LitStr};

use super::names;
use crate::args::{Parsed, Scope, Source};
use crate::fault::Faults;
use crate::handler::Handler;
use crate::route::Route;
use crate::{expression, pattern, suggest};

pub(super) fn each(parsed: &Parsed, handler: &Handler, routes: &[Route], faults: &mut Faults) {
    let mut seen = Vec::new();
    for scope in &parsed.arguments.scopes {
        if scope.attribute.value().trim().is_empty() {
            names::not_blank(&scope.attribute, "`scope`", "scope = \"department\"", faults);
            continue;
        }
        source(scope, handler, routes, faults);
        let (key, shown) = identity(scope);
        if seen.contains(&key) {
            faults.over(
                &scope.attribute,
                format!("`{shown}` is given twice: remove one of the two"),
            );
        }
        seen.push(key);
    }
    for check in &parsed.arguments.checks {
        check
            .arguments
            .iter()
            .for_each(|argument| over_arguments(argument, handler, faults));
    }
}

fn identity(scope: &Scope) -> (String, String) {
    let attribute = scope.attribute.value();
    let (kind, text) = match scope.source() {
        Source::Path(name) => ("path", name.value()),
        Source::Query(name) => ("query", name.value()),
        Source::Header(name) => ("header", name.value().to_lowercase()),
        Source::Value(expression) => ("value", expression.to_token_stream().to_string()),
    };
    (
        format!("{attribute}\0{kind}\0{text}"),
        format!("scope = \"{attribute}\""),
    )
}

fn source(scope: &Scope, handler: &Handler, routes: &[Route], faults: &mut Faults) {
    match scope.source() {
        Source::Path(name) => {
            names::not_blank(&name, "`path`", "path = \"dept\"", faults);
            routes
                .iter()
                .for_each(|route| parameter(scope, &name, route, faults));
        }
        Source::Query(name) => names::not_blank(&name, "`query`", "query = \"department\"", faults),
        Source::Header(name) => names::header(&name, faults),
        Source::Value(expression) => over_arguments(&expression, handler, faults),
    }
}

/// A route in sight must have the parameter that a boundary reads.
fn parameter(scope: &Scope, name: &LitStr, route: &Route, faults: &mut Faults) {
    let (wanted, parameters) = (name.value(), route.parameters());
    if wanted.trim().is_empty() || parameters.contains(&wanted) {
        return;
    }
    let path = route.path.value();
    let known = || parameters.iter().map(String::as_str);
    let message = match suggest::nearest(&wanted, known()).or_else(|| known().next()) {
        Some(meant) => format!(
            "the route `{path}` has no parameter `{wanted}`, it has {}: write `scope(\"{}\", path = \"{meant}\")`",
            suggest::listed(known()),
            scope.attribute.value()
        ),
        None => format!(
            "the route `{path}` has no parameter `{wanted}`, it has none: \
             write another source, such as `query = \"..\"` or `value = ..`"
        ),
    };
    faults.over(name, message);
}

/// An expression over the handler's arguments: nothing else can be meant, and it must not leave the wrapper.
fn over_arguments(expression: &Expr, handler: &Handler, faults: &mut Faults) {
    if let Some((span, word)) = expression::escape(expression.to_token_stream()) {
        let message = format!(
            "`{word}` would leave the rule: write an expression such as `body.department`; \
             what waits or fails belongs into the function of a `check = ..`"
        );
        return faults.at(span, message);
    }
    let names: Vec<&Ident> = handler
        .arguments()
        .flat_map(|argument| pattern::names(&argument.pat))
        .collect();
    for root in expression::roots(expression) {
        if !names.contains(&root) {
            faults.over(root, no_argument(root, &names));
        }
    }
}

fn no_argument(root: &Ident, names: &[&Ident]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let known = || names.iter().map(String::as_str);
    if names.is_empty() {
        return format!(
            "`{root}` is no argument of the handler, which has none with a name: add it to the handler"
        );
    }
    match suggest::nearest(&root.to_string(), known()) {
        Some(meant) => format!("`{root}` is no argument of the handler: did you mean `{meant}`?"),
        None => format!(
            "`{root}` is no argument of the handler: it has {}",
            suggest::listed(known())
        ),
    }
}
