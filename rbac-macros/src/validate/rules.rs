//! What the attributes say, each by itself and all together.

use quote::ToTokens;
use syn::{LitStr, Result};

use rbac_catalogue::Catalogue;

use super::{declared, names, scopes};
use crate::args::{Kind, List, Parsed, Role, Rule};
use crate::fault::Faults;
use crate::handler::Handler;
use crate::route::Route;

/// Every fault in the attributes of one handler, of which there is at least one.
pub(crate) fn rules(
    stack: &[Parsed],
    handler: &Handler,
    routes: &[Route],
    catalogue: Option<&Catalogue>,
) -> Result<()> {
    let mut faults = Faults::default();
    for parsed in stack {
        complete(parsed, &mut faults);
        if let Some(rule) = &parsed.rule {
            each_rule(rule, &mut faults);
            if let Some(catalogue) = catalogue {
                declared::each(rule, parsed.arguments.client.as_ref(), catalogue, &mut faults);
            }
        }
        client(parsed, &mut faults);
        scopes::each(parsed, handler, routes, &mut faults);
        if let Some(acr) = &parsed.arguments.acr {
            names::acr(acr, &mut faults);
        }
    }
    together(stack, &mut faults);
    faults.into_result()
}

fn complete(parsed: &Parsed, faults: &mut Faults) {
    let (name, example) = (parsed.kind.name(), parsed.kind.example());
    match parsed.kind {
        Kind::RequirePermission if parsed.rule.is_none() => {
            faults.at(
                parsed.name.span(),
                format!("`#[{name}]` needs a permission: write `{example}`"),
            );
        }
        Kind::RequireRole if parsed.rule.is_none() => {
            faults.at(
                parsed.name.span(),
                format!("`#[{name}]` needs a role: write `{example}`"),
            );
        }
        Kind::Public => match &parsed.arguments.reason {
            Some(reason) => names::not_blank(reason, "`reason`", "reason = \"health check\"", faults),
            None => faults.at(
                parsed.name.span(),
                format!("`#[{name}]` says why the handler is open to everybody: write `{example}`"),
            ),
        },
        _ => {}
    }
}

fn each_rule(rule: &Rule, faults: &mut Faults) {
    match rule {
        Rule::Permission(name) => names::permission(name, faults),
        Rule::Constant(_) => {}
        Rule::Role(Role { name, client }) => {
            names::not_blank(name, "the role's name", "role(\"auditor\")", faults);
            if let Some(client) = client {
                names::not_blank(client, "`client`", "client = \"crm\"", faults);
            }
        }
        Rule::Any(list) => each_of(list, "any", faults),
        Rule::All(list) => each_of(list, "all", faults),
    }
}

fn each_of(list: &List, word: &str, faults: &mut Faults) {
    let mut seen = Vec::new();
    for rule in &list.rules {
        let leaf = match rule {
            Rule::Permission(name) => Some((name.value(), None)),
            Rule::Role(Role { name, client }) => Some((name.value(), client.as_ref().map(LitStr::value))),
            Rule::Constant(path) => Some((path.to_token_stream().to_string(), None)),
            Rule::Any(_) | Rule::All(_) => None,
        };
        match leaf {
            Some(leaf)
                if seen
                    .iter()
                    .any(|(kind, one)| *kind == std::mem::discriminant(rule) && *one == leaf) =>
            {
                faults.over(
                    rule,
                    format!("`{word}(..)` names `{}` twice: remove one of the two", leaf.0),
                );
            }
            Some(leaf) => seen.push((std::mem::discriminant(rule), leaf)),
            None => {}
        }
        each_rule(rule, faults);
    }
}

/// `#[require_role("auditor", client = "crm")]`
fn client(parsed: &Parsed, faults: &mut Faults) {
    let Some(client) = &parsed.arguments.client else {
        return;
    };
    names::not_blank(client, "`client`", "client = \"crm\"", faults);
    match &parsed.rule {
        Some(Rule::Role(Role { client: Some(_), .. })) => {
            faults.over(client, "the role has its `client` already: remove one of the two");
        }
        Some(Rule::Any(_) | Rule::All(_)) => {
            let message = format!(
                "`client` belongs to a single role: write `role(\"..\", client = \"{}\")` inside the list",
                client.value()
            );
            faults.over(client, message);
        }
        _ => {}
    }
}

/// What cannot stand on the same handler.
fn together(stack: &[Parsed], faults: &mut Faults) {
    opened_and_protected(stack, faults);
    let mut levels = stack.iter().filter_map(|parsed| parsed.arguments.acr.as_ref());
    if let Some(first) = levels.next() {
        levels
            .filter(|other| other.value() != first.value())
            .for_each(|other| {
                let (first, second) = (first.value(), other.value());
                let message =
                    format!("a login has one `acr`, found `{first}` and `{second}`: remove one of the two");
                faults.over(other, message);
            });
    }
    same(stack, "crate", |parsed| parsed.arguments.root.as_ref(), faults);
    same(
        stack,
        "on_denial",
        |parsed| parsed.arguments.on_denial.as_ref(),
        faults,
    );
}

/// What only one of several attributes can mean.
fn same<T: PartialEq + ToTokens>(
    stack: &[Parsed],
    name: &str,
    value: impl Fn(&Parsed) -> Option<&T>,
    faults: &mut Faults,
) {
    let mut values = stack.iter().filter_map(value);
    if let Some(first) = values.next() {
        values.filter(|other| *other != first).for_each(|other| {
            let message = format!(
                "`{name}` differs between the attributes of one handler: write the same path in each"
            );
            faults.over(other, message);
        });
    }
}

fn opened_and_protected(stack: &[Parsed], faults: &mut Faults) {
    let (open, protected): (Vec<_>, Vec<_>) = stack.iter().partition(|parsed| parsed.kind == Kind::Public);
    if let (Some(open), Some(protected)) = (open.first(), protected.first()) {
        let name = protected.kind.name();
        let message =
            format!("`#[public]` opens the handler that `#[{name}]` protects: remove one of the two");
        faults.at(open.name.span(), message);
    }
    if let Some(second) = open.get(1) {
        faults.at(
            second.name.span(),
            "`#[public]` stands here twice: remove one of the two",
        );
    }
}
