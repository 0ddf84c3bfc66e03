//! The roles of a token, by where it carries them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::claims::Claims;
use crate::principal::Principal;
use crate::role::RoleSource;
use crate::text::shown;

/// The roles that a token carries in one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct RolesOfSource {
    /// The client whose roles they are; `None` is the realm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Whether they count where a permission is asked for.
    pub count_as_permissions: bool,
    /// Their names.
    pub names: Vec<String>,
    /// How many more there are than are named.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// The most places, and the most names of one place.
const SOURCES: usize = 16;
const NAMES: usize = 32;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

pub(super) fn by_source(principal: &Principal) -> Vec<RolesOfSource> {
    let mut sources: BTreeMap<&RoleSource, Vec<&str>> = BTreeMap::new();
    for role in principal.roles() {
        sources.entry(role.source()).or_default().push(role.name());
    }
    let of_source = |(source, names): (&RoleSource, Vec<&str>)| RolesOfSource {
        client: match source {
            RoleSource::Realm => None,
            RoleSource::Client(client) => Some(shown(client)),
        },
        count_as_permissions: principal.role_policy().counts(source),
        more: names.len().saturating_sub(NAMES),
        names: names.into_iter().take(NAMES).map(shown).collect(),
    };
    let mut listed: Vec<RolesOfSource> = sources.into_iter().map(of_source).collect();
    // Those that count come first, so that a flood of others does not push them off the list.
    listed.sort_by_key(|roles| !roles.count_as_permissions);
    listed.truncate(SOURCES);
    listed
}

/// What is odd about the role claims.
pub(super) fn notes(claims: &Claims) -> Vec<String> {
    let (realm, clients) = (claims.get("realm_access"), claims.get("resource_access"));
    if realm.is_none() && clients.is_none() {
        let scope =
            "the token carries no roles at all: the user has none, or the client scope `roles` is missing";
        return vec![scope.to_owned()];
    }
    let mut notes = Vec::new();
    let clients = clients
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .take(SOURCES);
    let lists = realm
        .map(|access| ("realm_access".to_owned(), access))
        .into_iter()
        .chain(clients.map(|(client, access)| (format!("resource_access.{}", shown(client)), access)));
    for (claim, access) in lists {
        if !is_list_of_names(access.get("roles")) {
            notes.push(format!(
                "`{claim}.roles` is no list of strings, so it grants nothing"
            ));
        }
    }
    if notes.is_empty() && claims.roles().is_empty() && has_names(claims) {
        notes.push("the token carries more than 256 roles, so none of them counts".to_owned());
    }
    notes
}

fn is_list_of_names(list: Option<&Value>) -> bool {
    list.and_then(Value::as_array)
        .is_some_and(|names| names.iter().all(Value::is_string))
}

fn has_names(claims: &Claims) -> bool {
    let realm = claims.get("realm_access").into_iter();
    let clients = claims
        .get("resource_access")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(_, access)| access);
    let mut lists = realm
        .chain(clients)
        .filter_map(|access| access.get("roles")?.as_array());
    lists.any(|names| !names.is_empty())
}
