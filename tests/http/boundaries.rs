//! The boundary from each of its sources.

use rbac_tests::{FakeIssuer, TestApp};

use crate::handlers::all;

async fn started() -> (TestApp, String) {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let claims = issuer
        .claims("dave")
        .roles(&["data:read", "data:write", "reports:generate"]);
    let token = issuer.sign(&claims.departments(&["finance", "sales"]));
    (app, token)
}

#[actix_web::test]
async fn from_the_path() {
    let (app, token) = started().await;
    assert_eq!(app.get("/departments/finance", &token).await.status, 200);
    assert_eq!(app.get("/departments/sales", &token).await.status, 200);
    assert_eq!(app.get("/departments/hr", &token).await.status, 403);
    assert_eq!(app.get("/depts/finance/7", &token).await.status, 200);
    assert_eq!(app.get("/depts/hr/7", &token).await.status, 403);
}

#[actix_web::test]
async fn from_the_query() {
    let (app, token) = started().await;
    assert_eq!(app.get("/by-query?dept=finance", &token).await.status, 200);
    assert_eq!(app.get("/by-query?dept=hr", &token).await.status, 403);
    for nothing in [
        "/by-query",
        "/by-query?dept=",
        "/by-query?dept",
        "/by-query?Dept=finance",
    ] {
        assert_eq!(app.get(nothing, &token).await.status, 403, "{nothing}");
    }
    for twice in [
        "/by-query?dept=finance&dept=finance",
        "/by-query?dept=finance&dept=hr",
        "/by-query?dept=finance&d%65pt=hr",
    ] {
        assert_eq!(app.get(twice, &token).await.status, 400, "{twice}");
    }
}

#[actix_web::test]
async fn from_a_header() {
    let (app, token) = started().await;
    let bearer = format!("Bearer {token}");
    let get = async |departments: &[&[u8]]| {
        let mut headers = vec![("Authorization", bearer.as_bytes())];
        headers.extend(departments.iter().map(|value| ("X-Department", *value)));
        app.call("GET", "/by-header", &headers, None).await.status
    };
    assert_eq!(get(&[b"finance"]).await, 200);
    assert_eq!(get(&[b"hr"]).await, 403);
    assert_eq!(get(&[]).await, 403);
    assert_eq!(get(&[b"finance,hr"]).await, 403);
    assert_eq!(get(&[b"finance", b"hr"]).await, 400);
    assert_eq!(get(&[b"finance\xff"]).await, 400);
}

#[actix_web::test]
async fn from_the_body_once_it_is_read() {
    let (app, token) = started().await;
    let allowed = app
        .post("/reports", &token, r#"{"department": "sales", "title": "Q3"}"#)
        .await;
    assert_eq!((allowed.status, allowed.body.as_str()), (201, "sales: Q3"));
    assert_eq!(
        app.post("/reports", &token, r#"{"department": "hr", "title": "Q3"}"#)
            .await
            .status,
        403
    );
    assert_eq!(
        app.post("/reports", &token, r#"{"department": ""}"#).await.status,
        403
    );
    assert_eq!(app.post("/reports", &token, "not json").await.status, 400);
}

#[actix_web::test]
async fn a_principal_without_the_attribute_is_denied_even_for_an_empty_value() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let nowhere = issuer.claims("eve").roles(&["data:read", "reports:generate"]);
    for claims in [
        nowhere.clone(),
        nowhere.clone().departments(&[]),
        nowhere.with("department", ""),
    ] {
        let token = issuer.sign(&claims);
        assert_eq!(app.get("/departments/finance", &token).await.status, 403);
        assert_eq!(app.get("/by-query?dept=", &token).await.status, 403);
        assert_eq!(
            app.post("/reports", &token, r#"{"department": ""}"#).await.status,
            403
        );
    }
}

#[actix_web::test]
async fn a_parameter_that_the_route_lacks_is_the_programmers_error_and_never_an_allow() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let bob = issuer
        .claims("bob")
        .roles(&["data:read"])
        .departments(&["finance"]);
    let admin = issuer.claims("alice").realm_roles(&["admin"]);
    assert_eq!(app.get("/mistaken/finance", &issuer.sign(&bob)).await.status, 500);
    assert_eq!(
        app.get("/mistaken/finance", &issuer.sign(&admin)).await.status,
        500
    );
    assert_eq!(
        app.get("/mistaken/finance", &issuer.sign(&issuer.claims("carol")))
            .await
            .status,
        403
    );
}
