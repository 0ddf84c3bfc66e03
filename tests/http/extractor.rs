//! The same without attributes.

use rbac_tests::{FakeIssuer, TestApp};

use crate::handlers::all;

#[actix_web::test]
async fn the_extractor_decides_as_the_attribute_does() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let bob = issuer.sign(
        &issuer
            .claims("bob")
            .roles(&["data:read"])
            .departments(&["finance"]),
    );
    let answer = app.get("/extracted/finance", &bob).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "id-of-bob"));
    assert_eq!(app.get("/extracted/hr", &bob).await.status, 403);
    assert_eq!(
        app.get("/extracted/finance", &issuer.sign(&issuer.claims("carol")))
            .await
            .status,
        403
    );
    assert_eq!(app.get("/extracted/finance", "garbage").await.status, 401);
    let anonymous = app.call("GET", "/extracted/finance", &[], None).await;
    assert_eq!(
        (anonymous.status, anonymous.challenge()),
        (401, r#"Bearer realm="myapp""#)
    );
}

#[actix_web::test]
async fn a_principal_as_an_argument_is_a_login() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    assert_eq!(
        app.get("/plain", &issuer.sign(&issuer.claims("bob")))
            .await
            .status,
        200
    );
    assert_eq!(app.call("GET", "/plain", &[], None).await.status, 401);
}
