//! Names against the catalogue. The path of a constant is not looked into.

use rbac_catalogue::{Catalogue, FILE_NAME};
use syn::LitStr;

use super::names;
use crate::args::{List, Role, Rule};
use crate::fault::Faults;
use crate::suggest;

/// Every name of a rule must be declared; `client` is that of the attribute.
pub(super) fn each(rule: &Rule, client: Option<&LitStr>, catalogue: &Catalogue, faults: &mut Faults) {
    match rule {
        // What is no permission has had its message.
        Rule::Permission(name) if names::is_permission(name) => permission(name, catalogue, faults),
        Rule::Permission(_) | Rule::Constant(_) => {}
        Rule::Role(Role { name, client: own }) => role(name, own.as_ref().or(client), catalogue, faults),
        Rule::Any(List { rules }) | Rule::All(List { rules }) => {
            rules
                .iter()
                .for_each(|rule| each(rule, client, catalogue, faults));
        }
    }
}

fn permission(name: &LitStr, catalogue: &Catalogue, faults: &mut Faults) {
    let value = name.value();
    if !catalogue.has_permission(&value) {
        let known = catalogue.permissions().map(|(name, _)| name);
        let remedy = remedy(&value, known, "[permissions]");
        faults.at(
            name.span(),
            format!("`{value}` is not declared in {FILE_NAME}: {remedy}"),
        );
    }
}

fn role(name: &LitStr, client: Option<&LitStr>, catalogue: &Catalogue, faults: &mut Faults) {
    let value = name.value();
    let Some(client) = client.map(LitStr::value) else {
        if !catalogue.has_role(&value) && !value.trim().is_empty() {
            let remedy = remedy(&value, catalogue.roles().map(|(name, _)| name), "[roles]");
            faults.at(
                name.span(),
                format!("the role `{value}` is not declared in {FILE_NAME}: {remedy}"),
            );
        }
        return;
    };
    if !catalogue.has_client_role(&client, &value) && !value.trim().is_empty() && !client.trim().is_empty() {
        let known = catalogue
            .clients()
            .filter(|(id, _)| *id == client)
            .flat_map(|(_, roles)| roles);
        let remedy = remedy(&value, known, &format!("[clients.{client}]"));
        let message =
            format!("the role `{value}` of the client `{client}` is not declared in {FILE_NAME}: {remedy}");
        faults.at(name.span(), message);
    }
}

fn remedy<'a>(name: &str, known: impl Iterator<Item = &'a str>, table: &str) -> String {
    match rbac_catalogue::nearest(name, known) {
        near if near.is_empty() => format!("add it to `{table}`"),
        near => format!("did you mean {}?", suggest::either(near)),
    }
}
