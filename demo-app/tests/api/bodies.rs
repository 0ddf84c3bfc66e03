//! What a body may be, for those who may send one.

use serde_json::json;

use crate::harness::Server;

const DATA: &str = "/api/departments/finance/data";

#[actix_web::test]
async fn a_record_comes_back_with_its_id_and_is_in_the_list() {
    let server = Server::start().await;
    let answer = server
        .call_as(
            "dave",
            "POST",
            DATA,
            Some(json!({ "title": " Costs ", "value": 7.5 })),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let record = answer.json();
    assert!(record["id"].is_i64());
    assert_eq!(record["title"], "Costs");
    assert_eq!(record["value"], 7.5);
    assert_eq!(
        (&record["department"], &record["created_by"]),
        (&json!("finance"), &json!("dave"))
    );
    let list = server.call_as("bob", "GET", DATA, None).await.json();
    assert!(list.as_array().unwrap().contains(&record));
    let other = server
        .call_as("dave", "GET", "/api/departments/sales/data", None)
        .await
        .json();
    assert!(!other.as_array().unwrap().contains(&record));
    server.demo.stop().await;
}

#[actix_web::test]
async fn the_path_alone_says_whose_record_it_is() {
    let server = Server::start().await;
    let body = json!({ "title": "x", "value": 1, "department": "hr", "id": 1 });
    let record = server.call_as("dave", "POST", DATA, Some(body)).await.json();
    assert_eq!(record["department"], "finance");
    assert_ne!(record["id"], 1);
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_400() {
    let server = Server::start().await;
    let token = server.token("dave").await;
    for body in [
        "",
        "{",
        "null",
        "[1]",
        r#"{"title":"x"}"#,
        r#"{"title":1,"value":1}"#,
        r#"{"title":"x","value":"1"}"#,
    ] {
        server
            .call(Some(&token), "POST", DATA, Some(body))
            .await
            .expect_problem(400);
    }
    for number in ["1e999", "NaN", "Infinity"] {
        let body = format!(r#"{{"title":"x","value":{number}}}"#);
        server
            .call(Some(&token), "POST", DATA, Some(&body))
            .await
            .expect_problem(400);
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_body_that_asks_for_what_may_not_be_is_422() {
    let server = Server::start().await;
    let token = server.token("alice").await;
    for title in ["", "   ", "a\u{7}b", &"x".repeat(201)] {
        let body = json!({ "title": title, "value": 1 }).to_string();
        let answer = server.call(Some(&token), "POST", DATA, Some(&body)).await;
        answer.expect_problem(422);
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .starts_with("title must ")
        );
        let body = json!({ "title": title, "department": "it" }).to_string();
        server
            .call(Some(&token), "POST", "/api/reports", Some(&body))
            .await
            .expect_problem(422);
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_body_that_is_too_large_or_no_json_is_413_and_415() {
    let server = Server::start().await;
    let token = server.token("dave").await;
    let large = json!({ "title": "x".repeat(70_000), "value": 1 }).to_string();
    server
        .call(Some(&token), "POST", DATA, Some(&large))
        .await
        .expect_problem(413);
    let request = server
        .request("POST", DATA)
        .bearer_auth(&token)
        .header("content-type", "text/plain")
        .body("x");
    crate::harness::Answer::of(request.send().await.unwrap())
        .await
        .expect_problem(415);
    server.demo.stop().await;
}
