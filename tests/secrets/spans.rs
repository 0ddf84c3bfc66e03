//! What a collector of traces sees of a decision.

use rbac_tests::{FakeIssuer, TestApp};

use crate::capture;
use crate::handlers::all;

#[actix_web::test]
async fn authentication_and_decision_are_spans_with_the_names_of_open_telemetry() {
    capture::start();
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    let header = format!("Bearer {token}");
    for path in ["/departments/spanned", "/auditor"] {
        let headers: [(&str, &[u8]); 2] = [("Authorization", header.as_bytes()), ("X-Request-Id", b"span-1")];
        assert_eq!(app.call("GET", path, &headers, None).await.status, 403);
    }
    let lines = capture::lines();
    let has = |name: &str, parts: &[&str]| {
        let named =
            |line: &&capture::Line| line.text.starts_with(name) && line.text.contains("request.id=span-1");
        let found = lines
            .iter()
            .filter(named)
            .any(|line| parts.iter().all(|part| line.text.contains(part)));
        assert!(found, "no {name} with {parts:?}");
    };
    let route = "http.route=\"/departments/{department}\"";
    has(
        "rbac.authenticate",
        &[
            "otel.name=rbac authenticate",
            "http.request.method=GET",
            "url.path=/departments/spanned",
        ],
    );
    has(
        "rbac.decide",
        &[
            "rbac.rule=\"data:read\", scope = \"department\"",
            "otel.kind=internal",
        ],
    );
    let recorded = |text: &str| {
        lines
            .iter()
            .any(|line| line.target == "span" && line.text.contains(text))
    };
    assert!(
        recorded("user.id=id-of-bob") && recorded("error.type=boundary") && recorded("error.type=condition")
    );
    assert!(
        lines
            .iter()
            .any(|line| line.text.contains(route)
                || line.text.contains("http.route=/departments/{department}"))
    );
}
