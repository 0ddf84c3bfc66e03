//! The demo with a real Keycloak as its issuer: one variable more than with the embedded one, and the same answers.

use libtest_mimic::Trial;
use rbac_tests::live::demo::Demo;
use rbac_tests::live::issuer::{Issuer, client, read, unverified_header};
use rbac_tests::live::prover::assert_bound_tokens_are_their_holders;
use rbac_tests::live::table::{TOKENS, USERS};
use rbac_tests::live::trials::{Shared, VALIDATIONS, block_on, validation};
use serde_json::json;

use crate::demo_scene::{Scene, sorted, start};
use crate::scenes::{audience_mapper, department_mapper, lightweight, other_realm, signed_by};
use crate::{Live, started};

macro_rules! cases {
    ($keycloak:expr, $mode:expr, $demo:expr, $($name:ident),* $(,)?) => {
        vec![$({
            let (keycloak, demo, mode) = ($keycloak.clone(), $demo.clone(), $mode);
            let run = move || {
                let keycloak = started(&keycloak);
                let demo = demo.get_or_init(|| block_on(start(keycloak, mode)));
                block_on($name(Scene { mode, demo, keycloak }));
                Ok(())
            };
            Trial::test(format!("{}_with_{mode}_validation", stringify!($name)), run).with_kind("demo, real Keycloak")
        }),*]
    };
}

pub(crate) fn trials(keycloak: &Live) -> Vec<Trial> {
    VALIDATIONS
        .iter()
        .flat_map(|mode| of_mode(keycloak, mode))
        .collect()
}

fn of_mode(keycloak: &Live, mode: &'static str) -> Vec<Trial> {
    let demo = Shared::<Demo>::default();
    cases![
        keycloak,
        mode,
        demo,
        the_caller_is_told_the_same_as_by_the_embedded_issuer,
        a_service_account_is_let_in_and_may_what_its_roles_say,
        a_token_of_another_realm_is_refused,
        a_token_for_another_audience_is_refused,
        a_lightweight_token_works_where_it_can_be_introspected,
        a_header_of_type_at_jwt_is_accepted,
        signatures_by_the_algorithms_of_the_configuration_are_accepted,
        after_logout_only_local_validation_goes_on,
        a_role_given_after_the_login_counts_where_the_issuer_is_asked,
        bound_tokens_are_their_holders,
        the_contract_holds_for_every_user,
    ]
}

#[expect(clippy::print_stdout, reason = "the table is what these tests are run to see")]
async fn the_contract_holds_for_every_user(scene: Scene<'_>) {
    let issuer = scene.keycloak.issuer();
    for table in [TOKENS, USERS] {
        let title = format!("real Keycloak, KEYCLOAK_TOKEN_VALIDATION={}", scene.mode);
        let report = table.run(&title, scene.demo, &issuer).await;
        println!("{report}");
        report.assert_as_expected();
    }
}

async fn bound_tokens_are_their_holders(scene: Scene<'_>) {
    assert_bound_tokens_are_their_holders(scene.demo, &scene.keycloak.issuer()).await;
}

async fn the_caller_is_told_the_same_as_by_the_embedded_issuer(scene: Scene<'_>) {
    let embedded = Demo::start(&validation(scene.mode)).await;
    let there = Issuer::at(embedded.embedded_issuer());
    for user in ["alice", "bob", "carol", "dave", "erin"] {
        let real = scene
            .get("/api/me", &scene.keycloak.issuer().login(user).await.access)
            .await;
        let token = there.login(user).await.access;
        let ours = read(client().get(embedded.url("/api/me")).bearer_auth(token)).await;
        assert_eq!((real.status, ours.status), (200, 200), "{user}");
        assert_eq!(sorted(real.body), sorted(ours.body), "{user}");
    }
}

async fn a_service_account_is_let_in_and_may_what_its_roles_say(scene: Scene<'_>) {
    let (admin, issuer) = (scene.keycloak.admin().await, scene.keycloak.issuer());
    let token = issuer.service_account().await.access;
    let me = scene.get("/api/me", &token).await;
    assert_eq!(
        (me.status, &me.body["username"]),
        (200, &json!("service-account-myapp-backend")),
        "{}",
        me.body
    );
    assert_eq!(scene.get("/api/users", &token).await.status, 403);
    admin
        .set_role("service-account-myapp-backend", "users:manage", true)
        .await;
    let token = issuer.service_account().await.access;
    let answer = scene.get("/api/users", &token).await;
    admin
        .set_role("service-account-myapp-backend", "users:manage", false)
        .await;
    assert_eq!(answer.status, 200);
}

async fn a_token_of_another_realm_is_refused(scene: Scene<'_>) {
    scene.keycloak.admin().await.put_realm(other_realm()).await;
    let token = scene.keycloak.realm("other").login("alice").await.access;
    scene.refuses(&token).await;
    assert_eq!(
        scene
            .get("/api/me", &scene.keycloak.issuer().login("alice").await.access)
            .await
            .status,
        200
    );
}

async fn a_token_for_another_audience_is_refused(scene: Scene<'_>) {
    scene
        .keycloak
        .admin()
        .await
        .put_client("no-audience", json!({}))
        .await;
    scene
        .refuses(
            &scene
                .keycloak
                .issuer()
                .login_through("no-audience", "carol")
                .await
                .access,
        )
        .await;
}

async fn a_lightweight_token_works_where_it_can_be_introspected(scene: Scene<'_>) {
    for in_lightweight in ["true", "false"] {
        let mappers = json!([audience_mapper(in_lightweight), department_mapper()]);
        scene
            .keycloak
            .admin()
            .await
            .put_client("lightweight", lightweight(mappers))
            .await;
        let token = scene
            .keycloak
            .issuer()
            .login_through("lightweight", "bob")
            .await
            .access;
        if scene.mode == "local" {
            scene.refuses(&token).await;
            continue;
        }
        for (path, status) in [
            ("/api/me", 200),
            ("/api/departments/finance/data", 200),
            ("/api/departments/sales/data", 403),
        ] {
            let answer = scene.get(path, &token).await;
            assert_eq!(
                answer.status, status,
                "{path}, aud in the token: {in_lightweight}: {}",
                answer.body
            );
        }
    }
}

async fn a_header_of_type_at_jwt_is_accepted(scene: Scene<'_>) {
    let attributes = json!({"access.token.header.type.rfc9068": "true"});
    let client = json!({"attributes": attributes, "protocolMappers": [audience_mapper("true")]});
    scene.keycloak.admin().await.put_client("rfc9068", client).await;
    let tokens = scene.keycloak.issuer().login_through("rfc9068", "bob").await;
    assert_eq!(scene.get("/api/me", &tokens.access).await.status, 200);
    scene.refuses(&tokens.id.expect("an ID token")).await;
}

async fn signatures_by_the_algorithms_of_the_configuration_are_accepted(scene: Scene<'_>) {
    let (admin, issuer) = (scene.keycloak.admin().await, scene.keycloak.issuer());
    let curve = json!({"priority": ["50"], "ecdsaEllipticCurveKey": ["P-256"]});
    let edwards = json!({"priority": ["50"], "eddsaEllipticCurveKey": ["Ed25519"]});
    let keys = [
        admin.add_key("ecdsa-generated", curve).await,
        admin.add_key("eddsa-generated", edwards).await,
    ];
    let mut tokens = Vec::new();
    for algorithm in ["ES256", "EdDSA", "PS256", "RS512"] {
        let client = format!("signed-by-{algorithm}");
        admin.put_client(&client, signed_by(algorithm)).await;
        tokens.push((algorithm, issuer.login_through(&client, "bob").await.access));
    }
    // A demo that has not just met an unknown key, and so is not cooling down.
    let demo = start(scene.keycloak, scene.mode).await;
    let scene = Scene { demo: &demo, ..scene };
    for (algorithm, token) in tokens {
        assert_eq!(unverified_header(&token)["alg"], algorithm);
        // Pure introspection leaves the signature to the issuer.
        let expected = if algorithm == "RS512" && scene.mode != "introspection" {
            401
        } else {
            200
        };
        assert_eq!(
            scene.get("/api/me", &token).await.status,
            expected,
            "{algorithm}\n{}",
            demo.log()
        );
    }
    for key in keys {
        admin.ok(reqwest::Method::DELETE, &key, None).await;
    }
}

async fn after_logout_only_local_validation_goes_on(scene: Scene<'_>) {
    let issuer = scene.keycloak.issuer();
    let tokens = issuer.login("bob").await;
    issuer.logout(&tokens).await;
    match scene.mode {
        "local" => assert_eq!(scene.get("/api/me", &tokens.access).await.status, 200),
        _ => scene.refuses(&tokens.access).await,
    }
}

async fn a_role_given_after_the_login_counts_where_the_issuer_is_asked(scene: Scene<'_>) {
    let (admin, issuer) = (scene.keycloak.admin().await, scene.keycloak.issuer());
    let token = issuer.login("carol").await.access;
    admin.set_role("carol", "data:read", true).await;
    let answer = scene.get("/api/departments/sales/data", &token).await;
    admin.set_role("carol", "data:read", false).await;
    assert_eq!(answer.status, if scene.mode == "local" { 403 } else { 200 });
}
