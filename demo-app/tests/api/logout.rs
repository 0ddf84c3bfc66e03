//! A login that ends at the issuer ends at the API, in local validation.

use serde_json::Value;

use crate::harness::Server;

const INVALID: &str = r#"Bearer realm="myapp", error="invalid_token""#;

fn text<'v>(login: &'v Value, name: &str) -> &'v str {
    login[name].as_str().unwrap()
}

async fn status(server: &Server, login: &Value) -> u16 {
    let token = Some(text(login, "access_token"));
    server.call(token, "GET", "/api/me", None).await.status
}

async fn log_out(server: &Server, login: &Value) {
    let fields = [
        ("client_id", "myapp-frontend"),
        ("refresh_token", text(login, "refresh_token")),
    ];
    assert_eq!(server.ask_issuer("logout", &fields).await.status, 204);
}

#[actix_web::test]
async fn after_a_logout_the_next_request_is_refused_and_other_logins_go_on() {
    let server = Server::start().await;
    let (ended, other, carols) = (
        server.log_in("bob").await,
        server.log_in("bob").await,
        server.log_in("carol").await,
    );
    assert_eq!(status(&server, &ended).await, 200);
    log_out(&server, &ended).await;
    let answer = server
        .call(Some(text(&ended, "access_token")), "GET", "/api/me", None)
        .await;
    answer.expect_problem(401);
    assert_eq!(answer.header("www-authenticate"), INVALID);
    assert_eq!(
        status(&server, &other).await,
        200,
        "another session of the same user"
    );
    assert_eq!(status(&server, &carols).await, 200);
    assert_eq!(
        status(&server, &server.log_in("bob").await).await,
        200,
        "a new login counts at once"
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_logout_in_the_browser_is_one_too() {
    let server = Server::start().await;
    let login = server.log_in("dave").await;
    let fields = [("id_token_hint", text(&login, "id_token"))];
    assert_eq!(server.ask_issuer("logout", &fields).await.status, 200);
    assert_eq!(status(&server, &login).await, 401);
    server.demo.stop().await;
}

#[actix_web::test]
async fn the_administrator_sees_the_logout() {
    let server = Server::start().await;
    log_out(&server, &server.log_in("bob").await).await;
    let audit = server
        .call_as("alice", "GET", "/api/admin/audit", None)
        .await
        .json();
    let logout = audit
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["path"] == "/backchannel-logout");
    let logout = logout.unwrap_or_else(|| panic!("no logout in {audit}"));
    assert_eq!(
        (&logout["outcome"], &logout["method"]),
        (&"allow".into(), &"POST".into())
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn whoever_comes_without_a_logout_token_ends_nothing() {
    let server = Server::start().await;
    let login = server.log_in("bob").await;
    for token in [text(&login, "access_token"), text(&login, "id_token"), "x"] {
        let form = [("logout_token", token)];
        let answer = server
            .request("POST", "/backchannel-logout")
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.text().await.unwrap(), r#"{"error":"invalid_request"}"#);
    }
    let answer = server.call(None, "GET", "/backchannel-logout", None).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
    assert_eq!(status(&server, &login).await, 200);
    server.demo.stop().await;
}
