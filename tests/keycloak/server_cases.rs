//! What a real Keycloak does, with scenes that only its administrator can set.

use libtest_mimic::Trial;
use rbac_tests::live::issuer::{FRONTEND, unverified_header, unverified_payload};
use rbac_tests::live::like::assert_like;
use rbac_tests::live::trials::block_on;
use serde_json::{Value, json};

use crate::logout_receiver::LogoutReceiver;
use crate::scenes::{audience_mapper, department_mapper, lightweight};
use crate::server::Keycloak;
use crate::{Live, started};

macro_rules! cases {
    ($keycloak:expr, $($name:ident),* $(,)?) => {
        vec![$({
            let keycloak = $keycloak.clone();
            let run = move || {
                let keycloak = started(&keycloak);
                block_on($name(keycloak));
                Ok(())
            };
            Trial::test(stringify!($name), run).with_kind("real Keycloak")
        }),*]
    };
}

pub(crate) fn trials(keycloak: &Live) -> Vec<Trial> {
    cases![
        keycloak,
        a_lightweight_token_has_no_subject_and_no_roles_and_introspection_has_both,
        a_client_attribute_makes_the_header_type_at_jwt,
        claims_that_would_be_empty_are_absent,
        without_a_mapper_the_audience_is_whose_client_roles_the_user_has,
        introspection_tells_the_roles_of_today,
        introspection_is_inactive_once_the_user_is_disabled_or_logged_out,
        a_logout_token_names_client_session_and_event_and_comes_before_the_end_of_the_session,
        a_new_key_is_published_beside_the_old_one,
    ]
}

async fn a_lightweight_token_has_no_subject_and_no_roles_and_introspection_has_both(keycloak: &Keycloak) {
    let admin = keycloak.admin().await;
    for in_lightweight in ["true", "false"] {
        let mappers = json!([audience_mapper(in_lightweight), department_mapper()]);
        admin.put_client("lightweight", lightweight(mappers)).await;
        let token = keycloak.issuer().login_through("lightweight", "bob").await.access;
        let mut pattern = json!({
            "exp": "<number>", "iat": "<number>", "jti": "<onltro:uuid>", "iss": keycloak.issuer().url(),
            "typ": "Bearer", "azp": "lightweight", "sid": "<sid>", "scope": "<text>",
        });
        if in_lightweight == "true" {
            pattern["aud"] = json!("myapp-backend");
        }
        assert_like(&unverified_payload(&token), &pattern, "the lightweight token");
        let answer = keycloak.issuer().introspect(&token).await;
        assert_eq!(
            (&answer["active"], &answer["username"]),
            (&json!(true), &json!("bob"))
        );
        assert_like(&answer["department"], &json!(["finance"]), "its department");
        let roles = &answer["resource_access"]["myapp-backend"]["roles"];
        assert_like(roles, &json!(["data:read", "reports:generate"]), "its roles");
    }
}

async fn a_client_attribute_makes_the_header_type_at_jwt(keycloak: &Keycloak) {
    let attributes = json!({"attributes": {"access.token.header.type.rfc9068": "true"}});
    keycloak.admin().await.put_client("rfc9068", attributes).await;
    let tokens = keycloak.issuer().login_through("rfc9068", "bob").await;
    assert_eq!(unverified_header(&tokens.access)["typ"], "at+jwt");
    assert_eq!(unverified_payload(&tokens.access)["typ"], "Bearer");
    assert_eq!(unverified_header(&tokens.id.expect("an ID token"))["typ"], "JWT");
}

async fn claims_that_would_be_empty_are_absent(keycloak: &Keycloak) {
    let admin = keycloak.admin().await;
    admin.put_user("nobody").await;
    let claims = unverified_payload(&keycloak.issuer().login("nobody").await.access);
    for absent in ["realm_access", "resource_access", "department", "client_id"] {
        assert!(claims[absent].is_null(), "{absent}: {claims}");
    }
    assert_eq!(claims["aud"], "myapp-backend");
    admin.put_client("no-audience", json!({})).await;
    let claims = unverified_payload(
        &keycloak
            .issuer()
            .login_through("no-audience", "nobody")
            .await
            .access,
    );
    assert!(claims["aud"].is_null(), "{claims}");
}

async fn without_a_mapper_the_audience_is_whose_client_roles_the_user_has(keycloak: &Keycloak) {
    keycloak.admin().await.put_client("no-audience", json!({})).await;
    let issuer = keycloak.issuer();
    for (user, audience, active) in [
        ("bob", json!(["myapp-backend", "account"]), true),
        ("carol", json!("account"), false),
    ] {
        let token = issuer.login_through("no-audience", user).await.access;
        assert_like(&unverified_payload(&token)["aud"], &audience, user);
        assert_eq!(issuer.introspect(&token).await["active"], active, "{user}");
    }
}

async fn introspection_tells_the_roles_of_today(keycloak: &Keycloak) {
    let (admin, issuer) = (keycloak.admin().await, keycloak.issuer());
    let token = issuer.login("carol").await.access;
    admin.set_role("carol", "data:read", true).await;
    let answer = issuer.introspect(&token).await;
    admin.set_role("carol", "data:read", false).await;
    assert_eq!(
        answer["resource_access"]["myapp-backend"]["roles"],
        json!(["data:read"])
    );
    assert!(unverified_payload(&token)["resource_access"]["myapp-backend"].is_null());
    assert!(issuer.introspect(&token).await["resource_access"]["myapp-backend"].is_null());
}

async fn introspection_is_inactive_once_the_user_is_disabled_or_logged_out(keycloak: &Keycloak) {
    let (admin, issuer) = (keycloak.admin().await, keycloak.issuer());
    admin.put_user("nobody").await;
    let token = issuer.login("nobody").await.access;
    assert_eq!(issuer.introspect(&token).await["active"], true);
    admin.set_enabled("nobody", false).await;
    assert_eq!(issuer.introspect(&token).await, json!({"active": false}));
    admin.set_enabled("nobody", true).await;
    assert_eq!(issuer.introspect(&token).await["active"], true);
    admin.log_out("nobody").await;
    assert_eq!(issuer.introspect(&token).await, json!({"active": false}));
}

async fn a_logout_token_names_client_session_and_event_and_comes_before_the_end_of_the_session(
    keycloak: &Keycloak,
) {
    let (admin, issuer, receiver) = (
        keycloak.admin().await,
        keycloak.issuer(),
        LogoutReceiver::new().await,
    );
    admin
        .set_client_attribute(FRONTEND, "backchannel.logout.session.required", "true")
        .await;
    admin
        .set_client_attribute(FRONTEND, "backchannel.logout.url", &receiver.url())
        .await;
    let tokens = issuer.login("carol").await;
    let ((), (token, meanwhile)) =
        tokio::join!(issuer.logout(&tokens), receiver.receive(&issuer, &tokens.access));
    admin
        .set_client_attribute(FRONTEND, "backchannel.logout.url", "")
        .await;
    assert_eq!(
        meanwhile["active"], true,
        "the session while the logout token is on its way"
    );
    assert_eq!(issuer.introspect(&tokens.access).await, json!({"active": false}));
    assert_eq!(unverified_header(&token)["typ"], "logout+jwt");
    let access = unverified_payload(&tokens.access);
    let pattern = json!({
        "exp": "<number>", "iat": "<number>", "jti": "<uuid>", "iss": issuer.url(), "aud": FRONTEND, "typ": "Logout",
        "sub": access["sub"], "sid": access["sid"],
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let claims = unverified_payload(&token);
    assert_like(&claims, &pattern, "the logout token");
    assert_eq!(
        claims["exp"]
            .as_u64()
            .zip(claims["iat"].as_u64())
            .map(|(exp, iat)| exp - iat),
        Some(120)
    );
}

async fn a_new_key_is_published_beside_the_old_one(keycloak: &Keycloak) {
    let (admin, issuer) = (keycloak.admin().await, keycloak.issuer());
    let old = issuer.login("bob").await.access;
    let config = json!({"priority": ["200"], "algorithm": ["RS256"], "keySize": ["2048"]});
    let key = admin.add_key("rsa-generated", config).await;
    let new = issuer.login("bob").await.access;
    let keys = key_ids(&issuer.get("/protocol/openid-connect/certs").await.body);
    admin.ok(reqwest::Method::DELETE, &key, None).await;
    let kid = |token: &str| {
        unverified_header(token)["kid"]
            .as_str()
            .expect("a key id")
            .to_owned()
    };
    assert_ne!(kid(&old), kid(&new));
    assert!(keys.contains(&kid(&old)) && keys.contains(&kid(&new)), "{keys:?}");
    let keys = key_ids(&issuer.get("/protocol/openid-connect/certs").await.body);
    assert!(
        keys.contains(&kid(&old)) && !keys.contains(&kid(&new)),
        "{keys:?}"
    );
}

fn key_ids(certs: &Value) -> Vec<String> {
    let keys = certs["keys"].as_array().into_iter().flatten();
    keys.filter_map(|key| key["kid"].as_str().map(str::to_owned))
        .collect()
}
