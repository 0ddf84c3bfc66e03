//! Each form of the rule, allowed and denied.

use rbac_tests::{Claims, FakeIssuer, TestApp};

use crate::handlers::all;

/// The statuses of `path` for each of the claims.
async fn statuses<const N: usize>(path: &str, callers: [&dyn Fn(Claims) -> Claims; N]) -> [u16; N] {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let mut statuses = [0; N];
    for (status, caller) in statuses.iter_mut().zip(callers) {
        *status = app
            .get(path, &issuer.sign(&caller(issuer.claims("bob"))))
            .await
            .status;
    }
    statuses
}

#[actix_web::test]
async fn a_permission_comes_from_our_client_or_the_realm_and_from_nowhere_else() {
    let other = serde_json::json!({"crm": {"roles": ["data:read"]}});
    let elsewhere = |claims: Claims| claims.with("resource_access", other.clone());
    let statuses = statuses(
        "/read",
        [
            &|claims| claims.roles(&["data:read"]),
            &|claims| claims.realm_roles(&["data:read"]),
            &elsewhere,
            &|claims| {
                claims
                    .with("roles", serde_json::json!(["data:read"]))
                    .with("scope", "data:read")
            },
            &|claims| claims.roles(&["Data:Read", "data:read ", "data:*", "*"]),
        ],
    );
    assert_eq!(statuses.await, [200, 200, 403, 403, 403]);
}

#[actix_web::test]
async fn the_attribute_works_below_the_route_too() {
    let statuses = statuses(
        "/below",
        [&|claims| claims.roles(&["data:read"]), &|claims| claims],
    );
    assert_eq!(statuses.await, [200, 403]);
}

#[actix_web::test]
async fn any_takes_one_of_its_parts() {
    let statuses = statuses(
        "/any",
        [
            &|claims| claims.roles(&["data:read"]),
            &|claims| claims.realm_roles(&["auditor"]),
            &|claims| claims.roles(&["auditor"]),
            &|claims| claims,
        ],
    );
    assert_eq!(
        statuses.await,
        [200, 200, 403, 403],
        "`role(\"auditor\")` is the realm's"
    );
}

#[actix_web::test]
async fn all_takes_each_of_its_parts() {
    let crm = serde_json::json!({"crm": {"roles": ["auditor"]}, "myapp-backend": {"roles": ["data:read"]}});
    let in_crm = |claims: Claims| claims.with("resource_access", crm.clone());
    let statuses = statuses(
        "/nested",
        [
            &|claims| claims.roles(&["data:read", "data:write"]),
            &in_crm,
            &|claims| claims.roles(&["data:read"]),
            &|claims| claims.roles(&["data:write"]),
            &|claims| claims.roles(&["data:read"]).realm_roles(&["auditor"]),
        ],
    );
    assert_eq!(statuses.await, [200, 200, 403, 403, 403]);
}

#[actix_web::test]
async fn the_realm_role_admin_passes_permissions_but_is_no_other_role() {
    let admin: &dyn Fn(Claims) -> Claims = &|claims| claims.realm_roles(&["admin"]);
    assert_eq!(statuses("/read", [admin]).await, [200]);
    assert_eq!(statuses("/departments/hr", [admin]).await, [200]);
    assert_eq!(
        statuses("/things/carol", [admin]).await,
        [200],
        "checks are passed over"
    );
    assert_eq!(statuses("/no-bypass", [admin]).await, [403]);
    assert_eq!(statuses("/auditor", [admin]).await, [403]);
    assert_eq!(statuses("/admin", [admin]).await, [200]);
}

#[actix_web::test]
async fn a_client_role_admin_is_not_the_admin() {
    let pretender: &dyn Fn(Claims) -> Claims = &|claims| claims.roles(&["admin"]);
    assert_eq!(statuses("/read", [pretender]).await, [403]);
    assert_eq!(statuses("/admin", [pretender]).await, [403]);
}

#[actix_web::test]
async fn stacked_attributes_mean_all_of_them() {
    let statuses = statuses(
        "/stacked",
        [
            &|claims| claims.roles(&["data:read"]).realm_roles(&["auditor"]),
            &|claims| claims.roles(&["data:read"]),
            &|claims| claims.realm_roles(&["auditor"]),
        ],
    );
    assert_eq!(statuses.await, [200, 403, 403]);
}

#[actix_web::test]
async fn a_check_allows_denies_hides_and_fails_closed() {
    let bob: &dyn Fn(Claims) -> Claims = &|claims| claims;
    assert_eq!(statuses("/things/bob", [bob]).await, [200]);
    assert_eq!(statuses("/things/carol", [bob]).await, [403]);
    assert_eq!(statuses("/things/secret", [bob]).await, [404]);
    assert_eq!(statuses("/things/broken", [bob]).await, [500]);
    assert_eq!(statuses("/things/away", [bob]).await, [503]);
}

#[actix_web::test]
async fn the_admin_role_can_be_named_or_turned_off() {
    let issuer = FakeIssuer::start();
    let admin = issuer.sign(&issuer.claims("alice").realm_roles(&["admin"]));
    let boss = issuer.sign(&issuer.claims("alice").realm_roles(&["boss"]));
    let named = TestApp::start_with(&issuer, &[("KEYCLOAK_ADMIN_ROLE", "boss")], all).await;
    assert_eq!(
        (
            named.get("/read", &boss).await.status,
            named.get("/read", &admin).await.status
        ),
        (200, 403)
    );
    let off = TestApp::start_with(&issuer, &[("KEYCLOAK_ADMIN_ROLE", "")], all).await;
    assert_eq!(
        (
            off.get("/read", &boss).await.status,
            off.get("/read", &admin).await.status
        ),
        (403, 403)
    );
}

#[test]
fn every_rule_is_listed_as_it_is_written() {
    let rule = rbac_core::rules()
        .into_iter()
        .find(|rule| rule.site().handler() == "write")
        .expect("a rule");
    let rbac_core::Access::Protected(requirement) = rule.access() else {
        panic!("protected")
    };
    assert_eq!(requirement.to_string(), r#""data:write", scope = "department""#);
    let routes: Vec<_> = rule
        .site()
        .routes()
        .iter()
        .map(|route| (route.method(), route.path()))
        .collect();
    assert_eq!(routes, [("POST", "/departments/{department}/data")]);
    assert!(rule.site().file().ends_with("handlers.rs"));
}
