//! Logout ends the session: its tokens are inactive and it is not refreshed.

use crate::harness::{SECRET, Server, encode, error};

#[actix_web::test]
async fn an_application_logs_out_with_the_refresh_token() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let refresh = login.field("refresh_token");
    let fields = [
        ("client_id", "myapp-frontend"),
        ("refresh_token", refresh.as_str()),
    ];
    assert_eq!(server.post("logout", &fields).await.status, 204);
    assert!(!server.is_active(&login.field("access_token")).await);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh),
    ];
    assert_eq!(
        server.post("token", &fields).await.error(),
        error(400, "invalid_grant", "Session not active")
    );
}

#[actix_web::test]
async fn a_logout_with_another_clients_token_or_a_forged_one_changes_nothing() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let refresh = login.field("refresh_token");
    let foreign = [
        ("client_id", "myapp-backend"),
        ("client_secret", SECRET),
        ("refresh_token", &refresh),
    ];
    assert_eq!(server.post("logout", &foreign).await.status, 400);
    let forged = [
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh[..refresh.len() - 3]),
    ];
    assert_eq!(
        server.post("logout", &forged).await.error(),
        error(400, "invalid_grant", "Invalid refresh token")
    );
    assert!(server.is_active(&login.field("access_token")).await);
}

#[actix_web::test]
async fn a_browser_logs_out_with_the_id_token_and_comes_back() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let query = encode(&[
        ("id_token_hint", &login.field("id_token")),
        ("post_logout_redirect_uri", "http://localhost:8080/docs"),
        ("state", "a b"),
    ]);
    let answer = server
        .get(&format!("/realms/myapp/protocol/openid-connect/logout?{query}"))
        .await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), "http://localhost:8080/docs?state=a+b");
    assert!(!server.is_active(&login.field("access_token")).await);
}

#[actix_web::test]
async fn a_browser_is_sent_nowhere_that_is_not_registered_and_stays_logged_in() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let hint = ("id_token_hint", login.field("id_token"));
    let query = encode(&[
        (hint.0, &hint.1),
        ("post_logout_redirect_uri", "https://evil.example/"),
    ]);
    let answer = server
        .get(&format!("/realms/myapp/protocol/openid-connect/logout?{query}"))
        .await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
    let query = encode(&[("id_token_hint", &login.field("access_token"))]);
    let answer = server
        .get(&format!("/realms/myapp/protocol/openid-connect/logout?{query}"))
        .await;
    assert_eq!(answer.status, 400);
    assert!(server.is_active(&login.field("access_token")).await);
}
