//! Why a request was refused: to the log and the audit always, to the caller only where the operator says so.

use rbac_core::{DecisionEvent, Explained, Outcome, TokenCheck};
use rbac_tests::{Answer, FakeIssuer, TestApp};
use serde_json::json;

use crate::handlers::all;

/// Calls of each kind that are refused, their status, and what the explanation of each says.
const REFUSED: [(&str, u16, &str); 10] = [
    ("/auditor", 403, "role(\"auditor\") is not met"),
    ("/nested", 403, "role(\"auditor\", client = \"crm\") is not met"),
    (
        "/departments/hr",
        403,
        "the request names `hr`, the principal's `department` has `finance`",
    ),
    (
        "/by-query?dept=FINANCE",
        403,
        "`finance` differs from `FINANCE` by the case of its letters",
    ),
    ("/by-query", 403, "the request names no value"),
    ("/things/carol", 403, "check = owns is not met"),
    ("/things/secret", 404, "check = owns is not met"),
    ("/things/broken", 500, "the check `owns` failed: the store broke"),
    ("/gold", 401, "`acr` must be `gold` and is `1`"),
    (
        "/extracted/hr",
        403,
        "the request names `hr`, the principal's `department` has `finance`",
    ),
];

fn bob(issuer: &FakeIssuer) -> String {
    let claims = issuer
        .claims("bob")
        .roles(&["data:read"])
        .departments(&["finance"]);
    issuer.sign(&claims)
}

fn last(app: &TestApp) -> DecisionEvent {
    app.decisions().pop().expect("a decision")
}

fn is_plain(answer: &Answer) -> bool {
    let members = answer.json();
    let names: Vec<&String> = members.as_object().expect("a problem").keys().collect();
    names == ["status", "title", "type"]
}

#[actix_web::test]
async fn every_denial_is_explained_to_the_operator_and_not_to_the_caller() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = bob(&issuer);
    for (path, status, why) in REFUSED {
        let answer = app.get(path, &token).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(is_plain(&answer), "{path}: {}", answer.body);
        let event = last(&app);
        assert_eq!(event.status, Some(status), "{path}");
        let explained = event.explained.expect("an explanation").to_string();
        assert!(explained.contains(why), "{path}: {explained}");
        assert!(
            explained.contains("roles of the client `myapp-backend`: `data:read`"),
            "{explained}"
        );
    }
    assert_eq!(app.get("/read", &token).await.status, 200);
    let allowed = last(&app);
    assert_eq!((allowed.outcome, allowed.explained), (Outcome::Allow, None));
}

#[actix_web::test]
async fn where_the_operator_says_so_the_caller_reads_it_too() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start_with(&issuer, &[("RBAC_EXPLAIN", "true")], all).await;
    let token = bob(&issuer);
    for (path, status, why) in REFUSED {
        let answer = app.get(path, &token).await;
        assert_eq!(answer.status, status, "{path}");
        let body = answer.json();
        assert_eq!(
            (&body["type"], &body["status"], &body["explanation"]["about"]),
            (&json!("about:blank"), &json!(status), &json!("rule")),
            "{path}"
        );
        let summary = body["explanation"]["summary"].as_str().expect("a summary");
        assert!(summary.contains(why), "{path}: {summary}");
    }
    let expired = issuer.sign(&issuer.claims("bob").with("exp", 1_000));
    let answer = app.get("/me", &expired).await;
    let explanation = &answer.json()["explanation"];
    assert_eq!(
        (answer.status, &explanation["about"], &explanation["check"]),
        (401, &json!("token"), &json!("expiry"))
    );
    let parts: Vec<&str> = expired.split('.').collect();
    assert!(
        parts.iter().all(|part| !answer.body.contains(part)),
        "{}",
        answer.body
    );
    assert_eq!(
        app.get("/read", &token).await.body,
        "read",
        "an allow is as it was"
    );
}

#[actix_web::test]
async fn a_value_of_the_body_is_shown_beside_the_attribute() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let claims = issuer
        .claims("bob")
        .roles(&["reports:generate"])
        .departments(&["finance"]);
    let token = issuer.sign(&claims);
    let answer = app.post("/reports", &token, r#"{"department":"sales"}"#).await;
    assert_eq!((answer.status, is_plain(&answer)), (403, true));
    let explained = last(&app).explained.expect("an explanation").to_string();
    assert!(
        explained.contains("the request names `sales`, the principal's `department` has `finance`"),
        "{explained}"
    );
    assert_eq!(
        app.post("/reports", &token, r#"{"department":"finance"}"#)
            .await
            .status,
        201
    );
}

#[actix_web::test]
async fn a_token_that_is_refused_is_explained_by_the_check_it_failed() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let good = issuer.claims("bob");
    let elsewhere = issuer.url().replace("127.0.0.1", "keycloak");
    for (token, check, why) in [
        (
            issuer.sign(&good.clone().with("iss", elsewhere)),
            TokenCheck::Issuer,
            "the same realm at another host",
        ),
        (
            issuer.sign(&good.clone().with("aud", "account")),
            TokenCheck::Audience,
            "add an audience mapper",
        ),
        (
            issuer.sign(&good.clone().with("typ", "ID")),
            TokenCheck::TokenType,
            "this is the ID token",
        ),
        (
            issuer.sign(&good.clone().with("exp", 1_000)),
            TokenCheck::Expiry,
            "days ago",
        ),
        ("opaque".to_owned(), TokenCheck::Shape, "only its issuer can read"),
    ] {
        let answer = app.get("/me", &token).await;
        assert_eq!((answer.status, is_plain(&answer)), (401, true));
        let Some(Explained::Token(explanation)) = last(&app).explained else {
            panic!("no explanation for {check:?}");
        };
        assert_eq!(explanation.check, check);
        assert!(explanation.to_string().contains(why), "{explanation}");
    }
    assert_eq!(app.get("/me", &issuer.sign(&good)).await.status, 200);
}

#[actix_web::test]
async fn what_stands_in_the_place_of_a_token_is_named_and_not_repeated() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = bob(&issuer);
    for (header, why) in [
        ("Basic Ym9iOmJvYi1wdw==".to_owned(), "the scheme is `Basic`"),
        (token.clone(), "the token stands alone"),
        (format!("Bearer {token} {token}"), "malformed"),
    ] {
        app.call("GET", "/me", &[("Authorization", header.as_bytes())], None)
            .await;
        let shown = last(&app).explained.expect("an explanation").to_string();
        assert!(shown.contains(why), "{shown}");
        assert!(
            !shown.contains("Ym9i") && !shown.contains(&token[..20]),
            "{shown}"
        );
    }
    let answer = app
        .call("GET", &format!("/me?access_token={token}"), &[], None)
        .await;
    let shown = last(&app).explained.expect("an explanation").to_string();
    assert!(
        answer.status == 401 && shown.contains("in the query is never read"),
        "{shown}"
    );
    assert!(!shown.contains(&token[..20]), "{shown}");
}
