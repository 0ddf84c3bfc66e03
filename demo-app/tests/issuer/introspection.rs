//! What introspection says, and to whom.

use serde_json::json;

use crate::harness::{Server, basic, error, form};

#[actix_web::test]
async fn an_active_token_comes_back_with_its_claims() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    let answer = server.introspect(&token).await;
    assert_eq!(answer["active"], true);
    assert_eq!(
        (&answer["username"], &answer["client_id"]),
        (&json!("bob"), &json!("myapp-frontend"))
    );
    assert_eq!(
        (&answer["token_type"], &answer["typ"]),
        (&json!("Bearer"), &json!("Bearer"))
    );
    assert_eq!(answer["aud"], json!(["myapp-backend", "account"]));
    assert_eq!(
        answer["resource_access"]["myapp-backend"]["roles"],
        json!(["data:read", "reports:generate"])
    );
    assert_eq!(answer["department"], json!(["finance"]));
}

#[actix_web::test]
async fn a_services_token_is_active_without_a_session() {
    let server = Server::new();
    let token = server
        .post_as_backend("token", &[("grant_type", "client_credentials")])
        .await
        .field("access_token");
    let answer = server
        .post_as_backend("token/introspect", &[("token", &token)])
        .await;
    let username = "service-account-myapp-backend";
    assert_eq!(
        (&answer.json()["active"], &answer.json()["username"]),
        (&json!(true), &json!(username))
    );
    // A member that stands there twice would be read in two ways.
    assert_eq!(
        answer.text.matches(r#""client_id":"#).count(),
        1,
        "{}",
        answer.text
    );
}

#[actix_web::test]
async fn a_hint_of_another_kind_finds_nothing_and_an_unknown_one_is_400() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    for (hint, active) in [("access_token", true), ("refresh_token", false)] {
        let fields = [("token", token.as_str()), ("token_type_hint", hint)];
        let answer = server.post_as_backend("token/introspect", &fields).await;
        assert_eq!(answer.json()["active"], active, "{hint}");
    }
    let fields = [("token", token.as_str()), ("token_type_hint", "saml")];
    let answer = server.post_as_backend("token/introspect", &fields).await;
    assert_eq!(
        answer.error(),
        error(400, "invalid_request", "Unsupported token type.")
    );
}

#[actix_web::test]
async fn an_inactive_token_gets_exactly_that_and_no_more() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let access = login.field("access_token");
    let cut = &access[..access.len() - 2];
    for token in [
        "x",
        "a.b.c",
        cut,
        &login.field("id_token"),
        &login.field("refresh_token"),
    ] {
        let answer = server
            .post_as_backend("token/introspect", &[("token", token)])
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, r#"{"active":false}"#)
        );
    }
    assert!(server.is_active(&access).await);
}

#[actix_web::test]
async fn a_token_is_inactive_from_the_second_in_which_it_expires() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    server.pass(299);
    assert!(server.is_active(&token).await);
    server.pass(1);
    assert!(!server.is_active(&token).await);
}

#[actix_web::test]
async fn a_disabled_users_token_is_inactive() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    server.issuer.set_enabled("bob", false);
    assert!(!server.is_active(&token).await);
    server.issuer.set_enabled("bob", true);
    assert!(server.is_active(&token).await);
}

#[actix_web::test]
async fn only_a_confidential_client_with_its_secret_may_ask() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    let public = server
        .post(
            "token/introspect",
            &[("client_id", "myapp-frontend"), ("token", &token)],
        )
        .await;
    assert_eq!(
        public.error(),
        error(403, "invalid_request", "Client not allowed.")
    );
    let said = "Invalid client or Invalid client credentials";
    let nobody = server.post("token/introspect", &[("token", &token)]).await;
    assert_eq!(nobody.error(), error(401, "invalid_client", said));
    let request =
        form("token/introspect", &[("token", &token)]).insert_header(basic("myapp-backend", "wrong"));
    assert_eq!(
        server.send(request).await.error(),
        error(401, "invalid_client", "Client authentication failed.")
    );
    let none = server.post_as_backend("token/introspect", &[]).await;
    assert_eq!(none.error(), error(400, "invalid_request", "Token not provided."));
}

#[actix_web::test]
async fn a_token_revoked_alone_is_inactive_and_its_session_goes_on() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let token = login.field("access_token");
    let fields = [("client_id", "myapp-frontend"), ("token", token.as_str())];
    assert_eq!(server.post("revoke", &fields).await.status, 200);
    assert!(!server.is_active(&token).await);
    let refresh = login.field("refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh),
    ];
    let again = server.post("token", &fields).await;
    assert!(server.is_active(&again.field("access_token")).await);
}

#[actix_web::test]
async fn a_revoked_refresh_token_ends_the_session() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let other = server.log_in("bob").await;
    let fields = [
        ("client_id", "myapp-frontend"),
        ("token", &login.field("refresh_token")),
    ];
    assert_eq!(server.post("revoke", &fields).await.status, 200);
    assert!(!server.is_active(&login.field("access_token")).await);
    assert!(server.is_active(&other.field("access_token")).await);
}

#[actix_web::test]
async fn a_client_revokes_its_own_tokens_only() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    for name in ["access_token", "refresh_token"] {
        let answer = server
            .post_as_backend("revoke", &[("token", &login.field(name))])
            .await;
        assert_eq!(
            answer.error(),
            error(400, "invalid_request", "Unmatching clients")
        );
    }
    assert!(server.is_active(&login.field("access_token")).await);
    let unknown = server.post_as_backend("revoke", &[("token", "x")]).await;
    assert_eq!(unknown.error(), error(200, "invalid_token", "Invalid token"));
    let id = server
        .post(
            "revoke",
            &[
                ("client_id", "myapp-frontend"),
                ("token", &login.field("id_token")),
            ],
        )
        .await;
    assert_eq!(
        id.error(),
        error(400, "unsupported_token_type", "Unsupported token type")
    );
}
