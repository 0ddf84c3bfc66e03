//! Probes, the audit, and what is answered where no handler is.

use serde_json::json;

use crate::harness::{Answer, Server};

#[actix_web::test]
async fn probes_answer_anybody() {
    let server = Server::start().await;
    assert_eq!(
        server.call(None, "GET", "/health/live", None).await.json(),
        json!({ "status": "live" })
    );
    assert_eq!(
        server.call(None, "GET", "/health/ready", None).await.json(),
        json!({ "status": "ready" })
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn without_its_issuer_the_demo_is_live_and_not_ready_and_says_why() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{free}");
    let server = Server::start_with(&[("KEYCLOAK_SERVER_URL", &url)]).await;
    assert!(server.demo.issuer().is_none());
    assert_eq!(server.call(None, "GET", "/health/live", None).await.status, 200);
    let answer = server.call(None, "GET", "/health/ready", None).await;
    answer.expect_problem(503);
    assert!(answer.json()["detail"].is_string(), "{}", answer.text);
    server
        .call(None, "GET", "/api/me", None)
        .await
        .expect_problem(401);
    server.demo.stop().await;
}

#[actix_web::test]
async fn the_audit_has_what_was_just_decided() {
    let server = Server::start().await;
    server
        .call_as("carol", "GET", "/api/departments/sales/data", None)
        .await
        .expect_problem(403);
    assert_eq!(
        server
            .call_as("bob", "GET", "/api/departments/finance/data", None)
            .await
            .status,
        200
    );
    server
        .call(None, "GET", "/api/users", None)
        .await
        .expect_problem(401);
    let audit = server.call_as("alice", "GET", "/api/admin/audit", None).await;
    let entries = audit.json();
    let found = |outcome: &str, username: Option<&str>, path: &str| {
        let entries = entries.as_array().unwrap();
        let entry = entries.iter().find(|entry| {
            entry["outcome"] == outcome && entry["username"] == json!(username) && entry["path"] == path
        });
        entry
            .cloned()
            .unwrap_or_else(|| panic!("no {outcome} {username:?} {path} in {}", audit.text))
    };
    let denied = found("deny", Some("carol"), "/api/departments/sales/data");
    assert_eq!(denied["status"], 403);
    assert!(denied["rule"].as_str().unwrap().contains("data:read"), "{denied}");
    let explanation = denied["explanation"].as_str().unwrap();
    assert!(explanation.contains("\"data:read\" is not met"), "{explanation}");
    assert_eq!(denied["issuer"], server.demo.issuer_url());
    assert_eq!(denied["request_id"].as_str().map(str::len), Some(32));
    let allowed = found("allow", Some("bob"), "/api/departments/finance/data");
    assert_eq!(allowed["explanation"], json!(null));
    assert_eq!(found("deny", None, "/api/users")["status"], 401);
    assert!(!audit.text.contains("eyJ"), "a token in the audit");
    server.demo.stop().await;
}

#[actix_web::test]
async fn what_is_not_there_is_404_and_another_method_405() {
    let server = Server::start().await;
    for path in ["/", "/api", "/api/departments", "/api/me/", "/nothing"] {
        server.call(None, "GET", path, None).await.expect_problem(404);
    }
    for (method, path, allow) in [
        ("POST", "/health/live", "GET, HEAD"),
        ("DELETE", "/api/departments/finance/data", "GET, HEAD, POST"),
        ("GET", "/api/users/bob", "DELETE"),
        ("OPTIONS", "/api/users", "GET, HEAD"),
        ("GET", "/api/reports", "POST"),
    ] {
        let answer = server.call(None, method, path, None).await;
        answer.expect_problem(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_head_request_has_the_rule_of_get_and_no_body() {
    let server = Server::start().await;
    let head = |token: Option<String>| {
        let request = server.request("HEAD", "/api/users");
        token
            .into_iter()
            .fold(request, |request, token| request.bearer_auth(token))
            .send()
    };
    let anonymous = Answer::of(head(None).await.unwrap()).await;
    assert_eq!((anonymous.status, anonymous.text.as_str()), (401, ""));
    let carol = head(Some(server.token("carol").await)).await.unwrap();
    assert_eq!(carol.status(), 403);
    let erin = Answer::of(head(Some(server.token("erin").await)).await.unwrap()).await;
    assert_eq!((erin.status, erin.text.as_str()), (200, ""));
    server.demo.stop().await;
}

#[actix_web::test]
async fn every_answer_says_whose_it_is_and_that_it_is_not_to_be_kept() {
    let server = Server::start().await;
    let token = server.token("bob").await;
    for (token, path) in [
        (None, "/health/live"),
        (None, "/api/me"),
        (None, "/nothing"),
        (Some(token.as_str()), "/api/me"),
        (Some(token.as_str()), "/api/users"),
    ] {
        let answer = server.call(token, "GET", path, None).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("server"), "demo-app", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_login_page_leads_back_to_where_the_demo_really_listens() {
    let server = Server::start().await;
    let port = server.demo.address().port();
    for origin in [
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
    ] {
        let query = format!(
            "client_id=myapp-frontend&response_type=code&redirect_uri={origin}/docs&code_challenge_method=S256&code_challenge={}",
            "x".repeat(43)
        );
        let url = format!(
            "{}/protocol/openid-connect/auth?{query}",
            server.demo.issuer_url()
        );
        let page = reqwest::get(url).await.unwrap();
        assert_eq!(page.status(), 200, "{origin}");
    }
    server.demo.stop().await;
}

/// The value of a series; 0 while it is not there.
fn value(text: &str, series: &str) -> u64 {
    let mut lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(series)?.trim().parse().ok());
    lines.next().unwrap_or(0)
}

#[actix_web::test]
async fn a_scrape_counts_an_allow_a_deny_and_what_the_issuer_was_asked() {
    let server = Server::start_with(&[("KEYCLOAK_TOKEN_VALIDATION", "hybrid")]).await;
    let scrape = || server.call(None, "GET", "/metrics", None);
    // Other tests of this process count too, so numbers are only compared with earlier ones.
    let before = scrape().await.text;
    for department in ["finance", "sales"] {
        let path = format!("/api/departments/{department}/data");
        server.call_as("bob", "GET", &path, None).await;
    }
    server
        .call_as("alice", "GET", "/api/departments/hr/data", None)
        .await;
    let answer = scrape().await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for series in [
        r#"rbac_decisions_total{outcome="allow",permission="data:read"}"#,
        r#"rbac_decisions_total{outcome="deny",permission="data:read"}"#,
        r#"rbac_admin_bypasses_total{permission="data:read"}"#,
        r#"rbac_denials_total{reason="boundary"}"#,
        r#"rbac_key_fetches_total{result="ok"}"#,
        r#"rbac_token_cache_total{result="miss"}"#,
        r#"rbac_introspection_seconds_count{result="active"}"#,
    ] {
        let (earlier, now) = (value(&before, series), value(&answer.text, series));
        assert!(now > 0, "no {series} in {}", answer.text);
        // The keys were fetched when the server started.
        assert!(
            now > earlier || series.contains("key_fetches"),
            "{series}: {earlier}, {now}"
        );
    }
    assert!(
        answer
            .text
            .contains("# HELP rbac_decisions_total Decisions by outcome"),
        "{}",
        answer.text
    );
    assert!(
        answer
            .text
            .contains("# TYPE rbac_introspection_seconds histogram"),
        "{}",
        answer.text
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn row_102_no_series_has_what_a_stranger_wrote() {
    let server = Server::start().await;
    let key = "eyJhbGciOiJSUzI1NiIsImtpZCI6InN0cmFuZ2UtY2FuYXJ5In0";
    for number in 0..20 {
        let token = format!("{key}.e30.c2lnbmF0dXJl{number:02}aa");
        let path = format!("/api/departments/canary-{number}/data?canary={number}");
        let request = server
            .request("GET", &path)
            .header("x-request-id", format!("canary-{number}"));
        request.bearer_auth(token).send().await.unwrap();
    }
    server
        .call_as("bob", "GET", "/api/departments/canary/data", None)
        .await;
    let text = server.call(None, "GET", "/metrics", None).await.text;
    assert!(
        text.contains(r#"rbac_denials_total{reason="token_key"}"#),
        "{text}"
    );
    for name in ["canary", "bob", "strange", "/api/"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    server.demo.stop().await;
}
