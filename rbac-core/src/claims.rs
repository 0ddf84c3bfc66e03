//! A typed look at the members of a verified payload.

use serde_json::{Map, Value, json};

use crate::role::{Role, RoleSource};

/// The greatest number of roles taken from one token, over all its claims.
const MAX_ROLES: usize = 256;

/// The members of a token's payload or of an introspection answer.
///
/// A member that is absent or of another type than asked for is `None`: a number is never turned into a string.
#[derive(Clone, PartialEq, Default)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Claims that say nothing but `roles`, laid out as Keycloak does.
    pub(crate) fn of_roles(roles: &[Role]) -> Self {
        let (mut realm, mut clients) = (Vec::new(), Map::new());
        for role in roles {
            let name = Value::from(role.name());
            match role.source() {
                RoleSource::Realm => realm.push(name),
                RoleSource::Client(client) => {
                    let access = clients
                        .entry(client.as_ref())
                        .or_insert_with(|| json!({"roles": []}));
                    if let Some(list) = access.get_mut("roles").and_then(Value::as_array_mut) {
                        list.push(name);
                    }
                }
            }
        }
        let mut members = Map::new();
        members.insert("realm_access".to_owned(), json!({"roles": realm}));
        members.insert("resource_access".to_owned(), Value::Object(clients));
        Self(members)
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The member of that name, if it is a string.
    #[must_use]
    pub fn string(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The member of that name in whole seconds since 1970, if it is a number (RFC 7519, NumericDate); fractions are cut.
    #[must_use]
    pub fn seconds(&self, name: &str) -> Option<u64> {
        seconds(self.get(name)?)
    }

    /// The member of that name as a list of strings: one string, or an array of nothing but strings; else empty.
    #[must_use]
    pub fn strings(&self, name: &str) -> Vec<&str> {
        match self.get(name) {
            Some(Value::String(one)) => vec![one],
            Some(list) => string_list(list),
            None => Vec::new(),
        }
    }

    /// The roles of `realm_access.roles` and of each `resource_access.<client>.roles`, with their source.
    ///
    /// # Security
    /// A claim that is absent or malformed grants nothing: a list that holds anything but strings is no list. A token with
    /// more than 256 roles grants none, because which of them to drop is nobody's to guess.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let realm = self
            .get("realm_access")
            .into_iter()
            .flat_map(|access| roles_of(access, RoleSource::Realm));
        let clients = self
            .get("resource_access")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let clients =
            clients.flat_map(|(client, access)| roles_of(access, RoleSource::Client(client.as_str().into())));
        let roles: Vec<Role> = realm.chain(clients).take(MAX_ROLES + 1).collect();
        if roles.len() > MAX_ROLES {
            Vec::new()
        } else {
            roles
        }
    }

    /// How many bytes of memory they take, roughly.
    pub(crate) fn bytes(&self) -> usize {
        members_bytes(&self.0)
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// The names alone: a claim's value may be anybody's private data.
impl std::fmt::Debug for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A NumericDate (RFC 7519 section 2) in whole seconds: not negative, and small enough to be exact.
pub(crate) fn seconds(value: &Value) -> Option<u64> {
    if let Some(whole) = value.as_u64() {
        return Some(whole);
    }
    let seconds = value.as_f64()?;
    // Beyond 2^53 a float no longer tells one second from the next.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if (0.0..EXACT).contains(&seconds) {
        format!("{:.0}", seconds.floor()).parse().ok()
    } else {
        None
    }
}

fn members_bytes(members: &Map<String, Value>) -> usize {
    let member =
        |(name, value): (&String, &Value)| name.len().saturating_add(value_bytes(value)).saturating_add(48);
    members.iter().map(member).fold(0, usize::saturating_add)
}

fn value_bytes(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(elements) => elements.iter().map(value_bytes).fold(0, usize::saturating_add),
        Value::Object(members) => members_bytes(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    inside.saturating_add(48)
}

fn roles_of(access: &Value, source: RoleSource) -> impl Iterator<Item = Role> + use<'_> {
    let names = access.get("roles").map(string_list).unwrap_or_default();
    names.into_iter().map(move |name| Role::new(name, source.clone()))
}

/// The strings of an array that holds nothing else; empty for any other value.
fn string_list(value: &Value) -> Vec<&str> {
    let list = value
        .as_array()
        .map(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    list.flatten().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        Claims::new(value.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn roles_keep_their_source() {
        let claims = claims(json!({
            "realm_access": {"roles": ["admin"]},
            "resource_access": {"a": {"roles": ["x"]}, "b": {"roles": ["x"]}}
        }));
        let roles: Vec<String> = claims.roles().iter().map(ToString::to_string).collect();
        assert_eq!(roles, ["realm/admin", "a/x", "b/x"]);
    }

    #[test]
    fn row_46_malformed_role_claims_are_no_roles() {
        for access in [
            json!(null),
            json!("admin"),
            json!({"roles": "admin"}),
            json!({"roles": {"admin": 1}}),
            json!({"roles": ["admin", 1]}),
            json!({"roles": [null]}),
            json!({"roles": null}),
            json!(["admin"]),
            json!(7),
        ] {
            let as_realm = claims(json!({"realm_access": access}));
            let as_client = claims(json!({"resource_access": {"c": access}}));
            assert!(
                as_realm.roles().is_empty() && as_client.roles().is_empty(),
                "{access}"
            );
        }
        assert!(
            claims(json!({"resource_access": ["c"], "roles": ["admin"]}))
                .roles()
                .is_empty()
        );
    }

    #[test]
    fn more_roles_than_the_limit_are_none_at_all() {
        let roles = |count: usize| json!({"realm_access": {"roles": (0..count).map(|n| n.to_string()).collect::<Vec<_>>()}});
        assert_eq!(claims(roles(MAX_ROLES)).roles().len(), MAX_ROLES);
        assert!(claims(roles(MAX_ROLES + 1)).roles().is_empty());
    }

    #[test]
    fn row_34_a_date_with_a_fraction_is_cut() {
        assert_eq!(seconds(&json!(1_700_000_000.9)), Some(1_700_000_000));
        assert_eq!(seconds(&json!(1_700_000_000)), Some(1_700_000_000));
    }

    #[test]
    fn row_32_what_is_no_date_is_none() {
        for value in [
            json!(null),
            json!("1700000000"),
            json!(-1),
            json!(-0.5),
            json!(1e300),
            json!([1]),
            json!({}),
        ] {
            assert_eq!(seconds(&value), None, "{value}");
        }
    }

    #[test]
    fn a_list_with_one_stranger_is_no_list() {
        assert_eq!(claims(json!({"d": ["a", "b"]})).strings("d"), ["a", "b"]);
        assert_eq!(claims(json!({"d": "a"})).strings("d"), ["a"]);
        assert!(claims(json!({"d": ["a", 1]})).strings("d").is_empty());
        assert!(claims(json!({"d": 1})).strings("d").is_empty());
    }
}
