//! Reports: the rule that needs the object.

use serde_json::json;

use crate::harness::Server;

#[actix_web::test]
async fn a_report_is_made_over_the_records_and_found_at_its_address() {
    let server = Server::start().await;
    let body = json!({ "department": "finance", "title": "Quarter" });
    let answer = server.call_as("bob", "POST", "/api/reports", Some(body)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let report = answer.json();
    assert_eq!(
        (&report["records"], &report["total"]),
        (&json!(3), &json!(262_730.5))
    );
    assert_eq!(
        answer.header("location"),
        format!("/api/reports/{}", report["id"])
    );
    let found = server
        .call_as("dave", "GET", answer.header("location"), None)
        .await;
    assert_eq!((found.status, found.json()), (200, report));
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_report_of_another_department_looks_like_none() {
    let server = Server::start().await;
    let token = server.token("bob").await;
    let hidden = server.call(Some(&token), "GET", "/api/reports/2", None).await;
    let missing = server.call(Some(&token), "GET", "/api/reports/99", None).await;
    let unreadable = server.call(Some(&token), "GET", "/api/reports/abc", None).await;
    hidden.expect_problem(404);
    for other in [missing, unreadable] {
        assert_eq!((other.status, &other.text), (404, &hidden.text));
        let names = |answer: &crate::harness::Answer| {
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&other), names(&hidden));
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn the_body_says_which_department_and_must_be_ones_own() {
    let server = Server::start().await;
    for department in ["sales", "", "Finance", "finance ", "finance,sales"] {
        let body = json!({ "department": department, "title": "x" });
        server
            .call_as("bob", "POST", "/api/reports", Some(body))
            .await
            .expect_problem(403);
    }
    let body = json!({ "department": "finance", "title": "x" });
    assert_eq!(
        server
            .call_as("bob", "POST", "/api/reports", Some(body))
            .await
            .status,
        201
    );
    server.demo.stop().await;
}
