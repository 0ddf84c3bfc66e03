//! Which tokens the API takes.

use crate::harness::Server;

const INVALID: &str = r#"Bearer realm="myapp", error="invalid_token""#;

#[actix_web::test]
async fn an_id_token_a_refresh_token_and_a_changed_one_are_refused() {
    let server = Server::start().await;
    let login = server.log_in("alice").await;
    let access = login["access_token"].as_str().unwrap();
    let changed = format!("{}.{}", access.rsplit_once('.').unwrap().0, "A".repeat(342));
    for token in [
        login["id_token"].as_str().unwrap(),
        login["refresh_token"].as_str().unwrap(),
        &changed,
        "x",
    ] {
        let answer = server.call(Some(token), "GET", "/api/me", None).await;
        answer.expect_problem(401);
        assert_eq!(answer.header("www-authenticate"), INVALID);
    }
    assert_eq!(
        server.call(Some(access), "GET", "/api/me", None).await.status,
        200
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn a_token_of_another_demo_is_refused() {
    let (server, other) = (Server::start().await, Server::start().await);
    let token = other.token("alice").await;
    assert_eq!(other.call(Some(&token), "GET", "/api/me", None).await.status, 200);
    server
        .call(Some(&token), "GET", "/api/me", None)
        .await
        .expect_problem(401);
    server.demo.stop().await;
    other.demo.stop().await;
}

#[actix_web::test]
async fn after_a_revocation_at_the_issuer_a_fresh_handler_refuses_what_a_local_check_still_takes() {
    let server = Server::start().await;
    let login = server.log_in("erin").await;
    let token = login["access_token"].as_str().unwrap();
    server
        .call(Some(token), "DELETE", "/api/users/nobody", None)
        .await
        .expect_problem(404);
    let refresh = login["refresh_token"].as_str().unwrap();
    // Keycloak tells nobody of it.
    let fields = [("client_id", "myapp-frontend"), ("token", refresh)];
    assert_eq!(server.ask_issuer("revoke", &fields).await.status, 200);
    let answer = server
        .call(Some(token), "DELETE", "/api/users/nobody", None)
        .await;
    answer.expect_problem(401);
    assert_eq!(answer.header("www-authenticate"), INVALID);
    assert_eq!(
        server.call(Some(token), "GET", "/api/users", None).await.status,
        200
    );
    server.demo.stop().await;
}

#[actix_web::test]
async fn with_introspection_a_logout_and_a_disabled_user_count_at_once() {
    let server = Server::start_with(&[("KEYCLOAK_TOKEN_VALIDATION", "introspection")]).await;
    let login = server.log_in("erin").await;
    let token = login["access_token"].as_str().unwrap();
    assert_eq!(
        server.call(Some(token), "GET", "/api/users", None).await.status,
        200
    );
    let refresh = login["refresh_token"].as_str().unwrap();
    server
        .ask_issuer(
            "logout",
            &[("client_id", "myapp-frontend"), ("refresh_token", refresh)],
        )
        .await;
    server
        .call(Some(token), "GET", "/api/users", None)
        .await
        .expect_problem(401);

    let token = server.token("bob").await;
    assert_eq!(
        server.call(Some(&token), "GET", "/api/me", None).await.status,
        200
    );
    assert!(server.demo.issuer().unwrap().set_enabled("bob", false));
    server
        .call(Some(&token), "GET", "/api/me", None)
        .await
        .expect_problem(401);
    server.demo.stop().await;
}
