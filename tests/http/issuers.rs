//! Several issuers: each judges its own tokens, and nobody else's.

use rbac_core::testing::signing::{SigningKey, jwk_set};
use rbac_core::{Algorithm, Config, Readiness, Unavailable};
use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

/// The staff's issuer, and that of partners whose API client has another name.
struct Two {
    staff: FakeIssuer,
    partners: FakeIssuer,
    app: TestApp,
}

async fn two(vars: &[(&str, &str)]) -> Two {
    let (staff, partners) = (FakeIssuer::start(), FakeIssuer::start());
    let of_both = [
        ("KEYCLOAK_ISSUER_URL", staff.url()),
        ("RBAC_ISSUERS", "partner"),
        ("PARTNER_KEYCLOAK_ISSUER_URL", partners.url()),
        ("PARTNER_KEYCLOAK_CLIENT_ID", "shop"),
        ("PARTNER_KEYCLOAK_ADMIN_ROLE", ""),
    ];
    let find = |name: &str| vars.iter().chain(&of_both).find(|(known, _)| *known == name);
    let config = Config::from_vars(|name| find(name).map(|(_, value)| (*value).to_owned()));
    let app = TestApp::start_configured(config.expect("a configuration"), all).await;
    Two { staff, partners, app }
}

#[actix_web::test]
async fn each_issuer_counts_its_own_audience_client_and_admin() {
    let Two { staff, partners, app } = two(&[]).await;
    let of_staff = staff.claims("bob").roles(&["data:read"]);
    assert_eq!(app.get("/read", &staff.sign(&of_staff)).await.status, 200);
    let of_shop = partners
        .claims("pat")
        .with("aud", "shop")
        .with("resource_access", json!({"shop": {"roles": ["data:read"]}}));
    assert_eq!(app.get("/read", &partners.sign(&of_shop)).await.status, 200);

    let for_the_staff_api = partners.claims("pat").roles(&["data:read"]);
    assert_eq!(
        app.get("/read", &partners.sign(&for_the_staff_api)).await.status,
        401
    );
    let role_of_the_staff_client = for_the_staff_api.with("aud", "shop");
    assert_eq!(
        app.get("/read", &partners.sign(&role_of_the_staff_client))
            .await
            .status,
        403
    );
    let admin_elsewhere = partners.claims("pat").with("aud", "shop").realm_roles(&["admin"]);
    assert_eq!(
        app.get("/read", &partners.sign(&admin_elsewhere)).await.status,
        403
    );
    let admin_here = staff.claims("alice").realm_roles(&["admin"]);
    assert_eq!(app.get("/read", &staff.sign(&admin_here)).await.status, 200);
}

#[actix_web::test]
async fn the_key_of_one_issuer_signs_nothing_of_another_even_under_the_same_key_id() {
    let Two { staff, partners, app } = two(&[]).await;
    // Both call their key `k1`.
    let stolen_name = partners.sign(&staff.claims("alice").realm_roles(&["admin"]));
    assert_eq!(app.get("/me", &stolen_name).await.status, 401);
    let other_way = staff.sign(&partners.claims("pat").with("aud", "shop"));
    assert_eq!(app.get("/me", &other_way).await.status, 401);
}

#[actix_web::test]
async fn an_issuer_that_nobody_configured_is_not_asked_anything() {
    let Two { staff, partners, app } = two(&[]).await;
    let stranger = FakeIssuer::start();
    let before = (staff.all_calls(), partners.all_calls());
    for issuer in [
        json!(stranger.url()),
        json!([staff.url()]),
        json!(null),
        json!(format!("{}/", staff.url())),
    ] {
        let token = stranger.sign(&stranger.claims("eve").with("iss", issuer.clone()));
        assert_eq!(app.get("/me", &token).await.status, 401, "{issuer}");
    }
    assert_eq!(stranger.all_calls(), 0);
    assert_eq!((staff.all_calls(), partners.all_calls()), before);
}

#[actix_web::test]
async fn a_token_that_only_its_issuer_can_read_is_shown_to_the_first_alone() {
    let introspecting = [
        ("KEYCLOAK_TOKEN_VALIDATION", "introspection"),
        ("KEYCLOAK_CLIENT_SECRET", "s"),
        ("PARTNER_KEYCLOAK_TOKEN_VALIDATION", "introspection"),
        ("PARTNER_KEYCLOAK_CLIENT_SECRET", "s"),
    ];
    let Two { staff, partners, app } = two(&introspecting).await;
    partners.introspection(Reply::json(&json!({"active": true})));
    assert_eq!(app.get("/me", "opaque").await.status, 401);
    assert_eq!(
        (staff.introspection_calls(), partners.introspection_calls()),
        (1, 0)
    );

    staff.introspection(Reply::json(&{
        let mut active = staff.claims("bob").json();
        active["active"] = json!(true);
        active
    }));
    assert_eq!(app.get("/me", "another").await.status, 200);
}

#[actix_web::test]
async fn one_issuer_in_trouble_leaves_the_others_tokens_alone() {
    let Two { staff, partners, app } = two(&[]).await;
    let newer = SigningKey::generate(Algorithm::Es256).key_id("k2");
    partners.certs(Reply::raw(500, "text/plain", ""));
    staff.certs(Reply::json(&jwk_set([staff.key(), &newer])));
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": "k2"});
    let token = newer.sign(&header, staff.claims("bob").json().to_string().as_bytes());
    assert_eq!(app.get("/me", &token).await.status, 200);
    assert_eq!(
        app.rbac.readiness().await,
        Readiness::Ready,
        "the last good keys go on"
    );
}

#[actix_web::test]
async fn readiness_waits_for_every_issuer() {
    let staff = FakeIssuer::start();
    let vars = [
        ("KEYCLOAK_ISSUER_URL", staff.url()),
        ("RBAC_ISSUERS", "partner"),
        (
            "PARTNER_KEYCLOAK_ISSUER_URL",
            "http://127.0.0.1:9/realms/partners",
        ),
    ];
    let find = |name: &str| vars.iter().find(|(known, _)| *known == name);
    let config = Config::from_vars(|name| find(name).map(|(_, value)| (*value).to_owned()));
    let app = TestApp::start_configured(config.expect("a configuration"), all).await;
    let readiness = app.rbac.readiness().await;
    assert!(
        matches!(
            readiness,
            Readiness::NotReady(Unavailable::NoKeys | Unavailable::Unreachable(_))
        ),
        "{readiness:?}"
    );
    assert_eq!(
        app.get("/me", &staff.sign(&staff.claims("bob"))).await.status,
        200
    );
}
