//! What an application takes back itself.

use rbac_core::{Principal, Revocation, RevocationError};
use rbac_tests::{Claims, FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

const SECRET: (&str, &str) = ("KEYCLOAK_CLIENT_SECRET", "secret");

async fn principal(app: &TestApp, token: &str) -> Principal {
    app.rbac.authenticate(token).await.expect("acceptable")
}

fn active(claims: &Claims) -> Reply {
    let mut members = claims.json();
    members["active"] = json!(true);
    Reply::json(&members)
}

#[actix_web::test]
async fn a_token_that_is_taken_back_is_refused_at_once_and_its_like_is_not() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = |id: &str| issuer.sign(&issuer.claims("bob").with("jti", id));
    let (first, second) = (token("1"), token("2"));
    let thief = principal(&app, &first).await;
    app.rbac
        .revoke(&Revocation::token(&thief))
        .await
        .expect("revoked");
    assert_eq!(app.get("/me", &first).await.status, 401);
    assert_eq!(app.get("/me", &second).await.status, 200);
    app.rbac
        .revoke(&Revocation::token_id("2"))
        .await
        .expect("revoked");
    assert_eq!(app.get("/me", &second).await.status, 401);
}

#[actix_web::test]
async fn what_was_taken_back_is_refused_however_tokens_are_judged() {
    for (mode, path) in [
        ("local", "/me"),
        ("hybrid", "/me"),
        ("introspection", "/me"),
        ("local", "/fresh"),
        ("hybrid", "/fresh"),
        ("introspection", "/fresh"),
    ] {
        let issuer = FakeIssuer::start();
        let claims = issuer.claims("bob").roles(&["users:manage"]);
        issuer.introspection(active(&claims));
        let app = TestApp::start_with(&issuer, &[("KEYCLOAK_TOKEN_VALIDATION", mode), SECRET], all).await;
        let token = issuer.sign(&claims);
        assert_eq!(app.get(path, &token).await.status, 200, "{mode} {path}");
        app.rbac
            .revoke(&Revocation::session("session"))
            .await
            .expect("revoked");
        // The issuer, or what is left of its answer, says that the token is active.
        assert_eq!(app.get(path, &token).await.status, 401, "{mode} {path}");
    }
}

#[actix_web::test]
async fn row_74_not_before_holds_for_what_the_issuer_says_too() {
    for mode in ["local", "hybrid", "introspection"] {
        let issuer = FakeIssuer::start();
        let old = issuer.claims("bob");
        let iat = old.json()["iat"].as_u64().expect("a number");
        let app = TestApp::start_with(&issuer, &[("KEYCLOAK_TOKEN_VALIDATION", mode), SECRET], all).await;
        let newer = old.clone().with("iat", iat + 5);
        app.rbac
            .revoke(&Revocation::issued_before(iat + 5))
            .await
            .expect("revoked");
        for (claims, status) in [(&old, 401), (&newer, 200), (&old.clone().without("iat"), 401)] {
            issuer.introspection(active(claims));
            assert_eq!(
                app.get("/me", &issuer.sign(claims)).await.status,
                status,
                "{mode}"
            );
        }
    }
}

#[actix_web::test]
async fn at_several_issuers_the_right_one_is_meant() {
    let (staff, partners) = (FakeIssuer::start(), FakeIssuer::start());
    let vars = [
        ("RBAC_ISSUERS", "partner"),
        ("PARTNER_KEYCLOAK_ISSUER_URL", partners.url()),
    ];
    let app = TestApp::start_with(&staff, &vars, all).await;
    let (of_staff, of_partners) = (
        staff.sign(&staff.claims("bob")),
        partners.sign(&partners.claims("bob")),
    );
    let partner = principal(&app, &of_partners).await;
    app.rbac
        .revoke(&Revocation::token(&partner))
        .await
        .expect("revoked");
    assert_eq!(app.get("/me", &of_partners).await.status, 401);
    assert_eq!(app.get("/me", &of_staff).await.status, 200);
    let of_staffs_bob = Revocation::subject("id-of-bob").at_issuer(staff.url());
    app.rbac.revoke(&of_staffs_bob).await.expect("revoked");
    assert_eq!(app.get("/me", &of_staff).await.status, 401);
    let nowhere = Revocation::subject("id-of-bob").at_issuer("https://elsewhere.example.com");
    assert_eq!(
        app.rbac.revoke(&nowhere).await,
        Err(RevocationError::UnknownIssuer)
    );
}
