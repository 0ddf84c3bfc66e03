//! A realm with two levels of authentication: `silver` by password, and `gold` by the password once more.
//!
//! A second factor would be what one wants; that the second level asks for anything at all is what matters here.

use reqwest::Method;
use serde_json::{Value, json};

use crate::admin::Admin;

/// The realm's name.
pub(crate) const REALM: &str = "step-up";
/// Its public client, which the code flow is for.
pub(crate) const CLIENT: &str = "app";
/// Where the browser is sent back to; nobody answers there.
pub(crate) const REDIRECT: &str = "http://localhost:9/callback";

/// Makes the realm anew.
pub(crate) async fn put(admin: &Admin) {
    admin.put_realm(representation()).await;
    let flows = format!("/{REALM}/authentication/flows");
    let flow =
        json!({"alias": "browser-by-level", "providerId": "basic-flow", "topLevel": true, "builtIn": false});
    admin.ok(Method::POST, &flows, Some(flow)).await;
    execution(admin, "browser-by-level", "auth-cookie", "ALTERNATIVE").await;
    subflow(admin, "browser-by-level", "levels", "ALTERNATIVE").await;
    for (name, level, age, form) in [
        ("silver", "1", "36000", "auth-username-password-form"),
        ("gold", "2", "300", "auth-password-form"),
    ] {
        subflow(admin, "levels", name, "CONDITIONAL").await;
        let condition = execution(admin, name, "conditional-level-of-authentication", "REQUIRED").await;
        let config = json!({"alias": name, "config": {"loa-condition-level": level, "loa-max-age": age}});
        let path = format!("/{REALM}/authentication/executions/{condition}/config");
        admin.ok(Method::POST, &path, Some(config)).await;
        execution(admin, name, form, "REQUIRED").await;
    }
    let by_level = json!({"realm": REALM, "browserFlow": "browser-by-level"});
    admin.ok(Method::PUT, &format!("/{REALM}"), Some(by_level)).await;
}

fn representation() -> Value {
    json!({
        "realm": REALM, "enabled": true, "attributes": {"acr.loa.map": r#"{"silver":"1","gold":"2"}"#},
        "clients": [{
            "clientId": CLIENT, "publicClient": true, "directAccessGrantsEnabled": true, "redirectUris": [REDIRECT],
            "protocolMappers": [{
                "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
                "config": {"included.custom.audience": "myapp-backend", "access.token.claim": "true"},
            }],
        }],
        "users": [{
            "username": "bob", "enabled": true, "emailVerified": true, "email": "bob@example.com", "firstName": "Bob",
            "lastName": "Levels", "credentials": [{"type": "password", "value": "bob-pw"}],
        }],
    })
}

async fn subflow(admin: &Admin, parent: &str, alias: &str, requirement: &str) {
    let path = format!("/{REALM}/authentication/flows/{parent}/executions/flow");
    let flow = json!({"alias": alias, "type": "basic-flow", "provider": "registration-page-form", "description": ""});
    admin.ok(Method::POST, &path, Some(flow)).await;
    require(admin, parent, ("displayName", alias), requirement).await;
}

/// Adds a step and gives its id.
async fn execution(admin: &Admin, flow: &str, provider: &str, requirement: &str) -> String {
    let path = format!("/{REALM}/authentication/flows/{flow}/executions/execution");
    admin
        .ok(Method::POST, &path, Some(json!({"provider": provider})))
        .await;
    require(admin, flow, ("providerId", provider), requirement).await
}

/// Sets how much a step of a flow counts, which it is added without.
async fn require(admin: &Admin, flow: &str, (member, value): (&str, &str), requirement: &str) -> String {
    let path = format!("/{REALM}/authentication/flows/{flow}/executions");
    let all = admin.ok(Method::GET, &path, None).await;
    let steps = all.as_array().expect("a list");
    let found = steps
        .iter()
        .find(|step| step[member] == value && step["level"] == 0);
    let mut step = found.expect("the step").clone();
    step["requirement"] = json!(requirement);
    let id = step["id"].as_str().expect("an id").to_owned();
    admin.ok(Method::PUT, &path, Some(step)).await;
    id
}
