//! What the demo's realm file comes to.

use std::collections::BTreeMap;

use super::*;

fn roles_of(realm: &Realm, username: &str) -> BTreeMap<String, Vec<String>> {
    let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (client, role) in realm.user(username).unwrap().role_names() {
        roles
            .entry(client.unwrap_or("realm").to_owned())
            .or_default()
            .push(role.to_owned());
    }
    roles
}

#[test]
fn the_users_are_those_of_the_demo_with_their_departments() {
    let realm = Realm::demo().unwrap();
    let people: Vec<_> = realm
        .people()
        .map(|user| (user.username(), user.attribute("department").join(",")))
        .collect();
    let expected = [
        ("alice", "it"),
        ("bob", "finance"),
        ("carol", "sales"),
        ("dave", "finance,sales"),
        ("erin", "hr"),
    ];
    assert_eq!(
        people,
        expected.map(|(name, departments)| (name, departments.to_owned()))
    );
}

#[test]
fn client_roles_are_those_of_the_demo() {
    let realm = Realm::demo().unwrap();
    let expected: [(&str, &[&str]); 5] = [
        ("alice", &["users:manage"]),
        ("bob", &["data:read", "reports:generate"]),
        ("carol", &[]),
        ("dave", &["data:read", "data:write"]),
        ("erin", &["users:manage"]),
    ];
    for (name, roles) in expected {
        let found = roles_of(&realm, name).remove("myapp-backend").unwrap_or_default();
        assert_eq!(found, roles, "{name}");
    }
}

#[test]
fn composite_roles_are_expanded_and_default_roles_too() {
    let realm = Realm::demo().unwrap();
    let roles = roles_of(&realm, "alice");
    assert_eq!(
        roles["realm"],
        [
            "admin",
            "default-roles-myapp",
            "offline_access",
            "uma_authorization",
            "user"
        ]
    );
    assert_eq!(
        roles["account"],
        ["manage-account", "manage-account-links", "view-profile"]
    );
    assert!(!roles_of(&realm, "carol")["realm"].contains(&"admin".to_owned()));
}

#[test]
fn a_password_lets_its_owner_in_and_nobody_else() {
    let realm = Realm::demo().unwrap();
    for name in ["alice", "bob", "carol", "dave", "erin"] {
        assert_eq!(
            realm.log_in(name, &format!("{name}-pw")).map(User::username),
            Some(name)
        );
        assert!(realm.log_in(name, "wrong").is_none());
        assert!(realm.log_in(name, "").is_none());
    }
    assert!(realm.log_in("alice", "bob-pw").is_none());
    assert!(realm.log_in("nobody", "").is_none());
    assert!(realm.log_in("service-account-myapp-backend", "").is_none());
}

#[test]
fn what_the_issuer_does_not_do_is_refused() {
    let unknown = r#"{"realm":"r","clients":[{"clientId":"c","publicClient":true,
        "protocolMappers":[{"protocolMapper":"oidc-script-mapper"}]}]}"#;
    assert_eq!(
        Realm::parse(unknown).unwrap_err().to_string(),
        "the embedded issuer does not know the mapper oidc-script-mapper"
    );
    assert!(Realm::parse(r#"{"realm":"r","clients":[{"clientId":"c"}]}"#).is_err());
    assert!(Realm::parse(r#"{"realm":"r","clients":[{"clientId":"c","secret":"s"}]}"#).is_ok());
}

#[test]
fn a_composite_that_contains_itself_is_no_harm() {
    let text = r#"{"realm":"r","roles":{"realm":[
        {"name":"a","composites":{"realm":["b"]}},{"name":"b","composites":{"realm":["a"]}}]},
        "users":[{"username":"u","realmRoles":["a"]}]}"#;
    let realm = Realm::parse(text).unwrap();
    assert_eq!(roles_of(&realm, "u")["realm"], ["a", "b"]);
}
