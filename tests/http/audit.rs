//! One event for each decision, whoever made it, with what an operator needs to find it again.

use rbac_core::{DecisionEvent, Outcome};
use rbac_tests::{FakeIssuer, TestApp};

use crate::handlers::all;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[actix_web::test]
async fn an_event_says_who_by_which_issuer_and_in_which_request() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = format!(
        "Bearer {}",
        issuer.sign(&issuer.claims("bob").roles(&["data:read"]))
    );
    let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    for path in ["/read", "/auditor"] {
        let named: [(&str, &[u8]); 2] = [("Authorization", token.as_bytes()), ("X-Request-Id", b"order-7")];
        app.call("GET", path, &named, None).await;
        let traced: [(&str, &[u8]); 2] = [
            ("Authorization", token.as_bytes()),
            ("traceparent", traceparent.as_bytes()),
        ];
        app.call("GET", path, &traced, None).await;
        app.call("GET", path, &traced[..1], None).await;
    }
    let events = app.decisions();
    let outcomes: Vec<Outcome> = events.iter().map(|event| event.outcome).collect();
    assert_eq!(outcomes, [[Outcome::Allow; 3], [Outcome::Deny; 3]].concat());
    for (event, id) in events.iter().zip(["order-7", TRACE, "", "order-7", TRACE, ""]) {
        assert_eq!(event.subject.as_deref(), Some("id-of-bob"));
        assert_eq!(event.issuer.as_deref(), Some(issuer.url()));
        assert_eq!(event.client_id.as_deref(), Some("myapp-frontend"));
        if id.is_empty() {
            assert_eq!(event.request_id.len(), 32, "a random one");
        } else {
            assert_eq!(event.request_id, id);
        }
    }
    assert_ne!(events[2].request_id, events[5].request_id);
}

#[actix_web::test]
async fn rows_102_and_103_a_request_id_that_is_endless_or_no_word_is_not_taken() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let endless = "x".repeat(4_000);
    for id in [endless.as_bytes(), b"a b", b"a\tb", b"\"", b"\xe4", b"<b>"] {
        app.call("GET", "/read", &[("X-Request-Id", id)], None).await;
    }
    let ids: Vec<String> = app
        .decisions()
        .into_iter()
        .map(|event| event.request_id)
        .collect();
    assert_eq!(ids.len(), 6);
    assert!(
        ids.iter()
            .all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())),
        "{ids:?}"
    );
}

#[actix_web::test]
async fn the_extractor_writes_events_as_the_attributes_do() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let bob = issuer.sign(
        &issuer
            .claims("bob")
            .roles(&["data:read"])
            .departments(&["finance"]),
    );
    app.get("/extracted/finance", &bob).await;
    app.get("/extracted/hr", &bob).await;
    app.get("/extracted/hr", "garbage").await;
    app.call("GET", "/extracted/hr", &[], None).await;
    let events = app.decisions();
    let seen: Vec<(Outcome, Option<u16>, Option<&str>)> = events
        .iter()
        .map(|event| (event.outcome, event.status, event.username.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (Outcome::Allow, None, Some("bob")),
            (Outcome::Deny, Some(403), Some("bob")),
            (Outcome::Deny, Some(401), None),
            (Outcome::Deny, Some(401), None),
        ]
    );
    let handler = |event: &DecisionEvent| event.rule.site().handler();
    assert!(
        events
            .iter()
            .all(|event| handler(event).ends_with("::ReadWithin")),
        "{}",
        handler(&events[0])
    );
}

#[actix_web::test]
async fn a_login_as_an_argument_is_recorded_where_it_is_refused() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    assert_eq!(
        app.get("/plain", &issuer.sign(&issuer.claims("bob")))
            .await
            .status,
        200
    );
    assert!(app.decisions().is_empty(), "who somebody is decides nothing");
    assert_eq!(app.get("/plain", "garbage").await.status, 401);
    let events = app.decisions();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].outcome, events[0].rule.site().handler()),
        (Outcome::Deny, "Principal")
    );
}
