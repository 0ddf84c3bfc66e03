//! A realm with the project's users and clients, and none of its roles: what a team has before it knows which it needs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::admin::Admin;

/// The realm's name.
pub(crate) const BARE: &str = "bare";

/// Service accounts, each with its rights; the secret is `<id>-secret`.
const ACCOUNTS: [(&str, &[&str]); 5] = [
    ("no-rights", &[]),
    ("query", &["query-clients", "view-realm"]),
    ("view-clients", &["view-clients"]),
    ("view", &["view-clients", "view-realm"]),
    ("manage", &["manage-clients", "manage-realm"]),
];

/// Makes the realm anew.
pub(crate) async fn put(admin: &Admin) {
    admin.put_realm(representation()).await;
}

/// Gives the users the roles that the project's own realm file gives them.
pub(crate) async fn give_roles(admin: &Admin) {
    let backend = client(admin, "myapp-backend").await;
    for user in project()["users"].as_array().expect("users") {
        let name = user["username"].as_str().expect("a name");
        if name.starts_with("service-account-") {
            continue;
        }
        let found = admin
            .ok(
                Method::GET,
                &format!("/{BARE}/users?exact=true&username={name}"),
                None,
            )
            .await;
        let id = found[0]["id"].as_str().expect("an id");
        for role in names(&user["realmRoles"]).filter(|role| !role.starts_with("default-roles")) {
            let role = admin
                .ok(Method::GET, &format!("/{BARE}/roles/{role}"), None)
                .await;
            let path = format!("/{BARE}/users/{id}/role-mappings/realm");
            admin.ok(Method::POST, &path, Some(json!([role]))).await;
        }
        for role in names(&user["clientRoles"]["myapp-backend"]) {
            let path = format!("/{BARE}/clients/{backend}/roles/{}", role.replace(':', "%3A"));
            let role = admin.ok(Method::GET, &path, None).await;
            let path = format!("/{BARE}/users/{id}/role-mappings/clients/{backend}");
            admin.ok(Method::POST, &path, Some(json!([role]))).await;
        }
    }
}

/// The names of the roles of a client, or of the realm, in order.
pub(crate) async fn roles(admin: &Admin, client_id: Option<&str>) -> Vec<String> {
    let path = match client_id {
        Some(id) => format!("/{BARE}/clients/{}/roles", client(admin, id).await),
        None => format!("/{BARE}/roles"),
    };
    let roles = admin.ok(Method::GET, &path, None).await;
    let roles = roles.as_array().expect("roles").iter();
    let mut names: Vec<String> = roles
        .filter_map(|role| role["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// The id by which the Admin REST API knows a client.
pub(crate) async fn client(admin: &Admin, client_id: &str) -> String {
    let found = admin
        .ok(
            Method::GET,
            &format!("/{BARE}/clients?clientId={client_id}"),
            None,
        )
        .await;
    found[0]["id"].as_str().expect("a client").to_owned()
}

fn project() -> Value {
    serde_json::from_str(include_str!("../../demo-app/realm/myapp-realm.json")).expect("the realm file")
}

fn representation() -> Value {
    let mut realm = project();
    realm["realm"] = json!(BARE);
    let members = realm.as_object_mut().expect("an object");
    members.remove("roles");
    for user in members["users"].as_array_mut().expect("users") {
        let user = user.as_object_mut().expect("a user");
        // Ids are unique over all realms.
        user.remove("id");
        user.remove("clientRoles");
        user.insert("realmRoles".to_owned(), json!([format!("default-roles-{BARE}")]));
    }
    for (id, rights) in ACCOUNTS {
        push(
            &mut realm,
            "clients",
            json!({"clientId": id, "secret": format!("{id}-secret"), "serviceAccountsEnabled": true}),
        );
        let user = format!("service-account-{id}");
        let user = json!({"username": user, "enabled": true, "serviceAccountClientId": id,
            "clientRoles": {"realm-management": rights}});
        push(&mut realm, "users", user);
    }
    realm
}

fn push(realm: &mut Value, list: &str, entry: Value) {
    realm[list].as_array_mut().expect("a list").push(entry);
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
