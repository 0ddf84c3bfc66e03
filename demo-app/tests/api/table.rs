//! Every call of the demo, as every user, as nobody, and with a body that is none.

use serde_json::json;

use crate::harness::Server;

const USERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

/// A call, its body, and what alice, bob, carol, dave and erin get.
struct Row {
    method: &'static str,
    path: &'static str,
    body: Option<&'static str>,
    expected: [u16; 5],
}

const RECORD: Option<&str> = Some(r#"{"title":"Costs","value":7.5}"#);
const FINANCE_REPORT: Option<&str> = Some(r#"{"department":"finance","title":"Costs"}"#);
const SALES_REPORT: Option<&str> = Some(r#"{"department":"sales","title":"Costs"}"#);

/// Report 1 is of finance, 2 of sales, 3 of it, and there is no 99. Nobody is removed by these calls: `nobody` is no user.
const TABLE: [Row; 17] = [
    row("GET", "/api/me", None, [200, 200, 200, 200, 200]),
    row(
        "GET",
        "/api/departments/finance/data",
        None,
        [200, 200, 403, 200, 403],
    ),
    row(
        "GET",
        "/api/departments/sales/data",
        None,
        [200, 403, 403, 200, 403],
    ),
    row("GET", "/api/departments/it/data", None, [200, 403, 403, 403, 403]),
    row(
        "GET",
        "/api/departments/Finance/data",
        None,
        [200, 403, 403, 403, 403],
    ),
    row(
        "POST",
        "/api/departments/finance/data",
        RECORD,
        [201, 403, 403, 201, 403],
    ),
    row(
        "POST",
        "/api/departments/sales/data",
        RECORD,
        [201, 403, 403, 201, 403],
    ),
    row(
        "POST",
        "/api/departments/hr/data",
        RECORD,
        [201, 403, 403, 403, 403],
    ),
    row("POST", "/api/reports", FINANCE_REPORT, [201, 201, 403, 403, 403]),
    row("POST", "/api/reports", SALES_REPORT, [201, 403, 403, 403, 403]),
    row("GET", "/api/reports/1", None, [200, 200, 403, 200, 403]),
    row("GET", "/api/reports/2", None, [200, 404, 403, 200, 403]),
    row("GET", "/api/reports/3", None, [200, 404, 403, 404, 403]),
    row("GET", "/api/reports/99", None, [404, 404, 403, 404, 403]),
    row("GET", "/api/users", None, [200, 403, 403, 403, 200]),
    row("DELETE", "/api/users/nobody", None, [404, 403, 403, 403, 404]),
    row("GET", "/api/admin/audit", None, [200, 403, 403, 403, 403]),
];

const fn row(
    method: &'static str,
    path: &'static str,
    body: Option<&'static str>,
    expected: [u16; 5],
) -> Row {
    Row {
        method,
        path,
        body,
        expected,
    }
}

#[actix_web::test]
async fn every_user_gets_what_the_table_says() {
    let server = Server::start().await;
    for (index, user) in USERS.into_iter().enumerate() {
        let token = server.token(user).await;
        for Row {
            method,
            path,
            body,
            expected,
        } in &TABLE
        {
            let answer = server.call(Some(&token), method, path, *body).await;
            assert_eq!(
                answer.status, expected[index],
                "{user}: {method} {path}: {}",
                answer.text
            );
            match answer.status {
                403 => {
                    answer.expect_problem(403);
                    let challenge = r#"Bearer realm="myapp", error="insufficient_scope""#;
                    assert_eq!(answer.header("www-authenticate"), challenge);
                }
                404 => answer.expect_problem(404),
                _ => {}
            }
        }
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn nobody_gets_nothing_and_a_challenge_without_an_error() {
    let server = Server::start().await;
    for Row {
        method, path, body, ..
    } in &TABLE
    {
        let answer = server.call(None, method, path, *body).await;
        answer.expect_problem(401);
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="myapp""#,
            "{method} {path}"
        );
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn who_may_not_is_told_so_before_the_body_is_looked_at() {
    let server = Server::start().await;
    for path in ["/api/departments/finance/data", "/api/reports"] {
        for body in ["{", "[]", "", r#"{"title":1}"#] {
            server
                .call(None, "POST", path, Some(body))
                .await
                .expect_problem(401);
            for user in ["carol", "erin"] {
                let token = server.token(user).await;
                server
                    .call(Some(&token), "POST", path, Some(body))
                    .await
                    .expect_problem(403);
            }
            let token = server.token("alice").await;
            server
                .call(Some(&token), "POST", path, Some(body))
                .await
                .expect_problem(400);
        }
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_service_logs_in_and_has_no_department() {
    let server = Server::start().await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "myapp-backend"),
        ("client_secret", "myapp-backend-secret"),
    ];
    let token = server.ask_issuer("token", &fields).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let me = server.call(Some(&token), "GET", "/api/me", None).await.json();
    assert_eq!(me["username"], "service-account-myapp-backend");
    assert_eq!(me["departments"], json!([]));
    server
        .call(Some(&token), "GET", "/api/departments/finance/data", None)
        .await
        .expect_problem(403);
    server.demo.stop().await;
}

#[actix_web::test]
async fn me_says_where_every_role_comes_from() {
    let server = Server::start().await;
    let me = server.call_as("bob", "GET", "/api/me", None).await.json();
    assert_eq!(me["subject"], "0b8f1d57-64c0-4f0a-8f5e-2a9d3e7c0b02");
    assert_eq!(
        (&me["username"], &me["departments"]),
        (&json!("bob"), &json!(["finance"]))
    );
    let roles = me["roles"].as_array().unwrap();
    assert!(roles.contains(&json!({ "name": "user", "source": "realm" })));
    assert!(roles.contains(&json!({ "name": "data:read", "source": "client", "client": "myapp-backend" })));
    assert!(roles.contains(&json!({ "name": "view-profile", "source": "client", "client": "account" })));
    let permissions = me["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("data:read")) && !permissions.contains(&json!("data:write")));
    assert!(
        !permissions.contains(&json!("view-profile")),
        "a role of another client"
    );
    assert_eq!(me["admin"], false);
    assert_eq!(
        server.call_as("alice", "GET", "/api/me", None).await.json()["admin"],
        true
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_user_who_is_taken_off_the_list_is_gone_from_it() {
    let server = Server::start().await;
    assert_eq!(
        server
            .call_as("erin", "GET", "/api/users", None)
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        5
    );
    let answer = server.call_as("erin", "DELETE", "/api/users/carol", None).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    server
        .call_as("erin", "DELETE", "/api/users/carol", None)
        .await
        .expect_problem(404);
    let users = server.call_as("erin", "GET", "/api/users", None).await;
    assert!(
        !users.text.contains("carol") && users.json().as_array().unwrap().len() == 4,
        "{}",
        users.text
    );
    server.demo.stop().await;
}
