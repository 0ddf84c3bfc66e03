//! What the token endpoint refuses, in Keycloak's words.

use actix_web::test::TestRequest;

use crate::harness::{Server, basic, error, form};

const PASSWORD: [(&str, &str); 2] = [("grant_type", "password"), ("client_id", "myapp-frontend")];

#[actix_web::test]
async fn a_wrong_password_an_unknown_user_and_none_at_all_are_the_same() {
    let server = Server::new();
    let expected = error(400, "invalid_grant", "Invalid user credentials");
    for (name, password) in [
        ("bob", "alice-pw"),
        ("bob", ""),
        ("mallory", "mallory-pw"),
        ("service-account-myapp-backend", "x"),
    ] {
        let fields = [&PASSWORD[..], &[("username", name), ("password", password)]].concat();
        assert_eq!(server.post("token", &fields).await.error(), expected, "{name}");
    }
    let right = [&PASSWORD[..], &[("username", "bob"), ("password", "bob-pw")]].concat();
    assert_eq!(server.post("token", &right).await.status, 200);
}

#[actix_web::test]
async fn a_disabled_user_does_not_log_in() {
    let server = Server::new();
    assert!(server.issuer.set_enabled("bob", false));
    let fields = [&PASSWORD[..], &[("username", "bob"), ("password", "bob-pw")]].concat();
    assert_eq!(
        server.post("token", &fields).await.error(),
        error(400, "invalid_grant", "Account disabled")
    );
    assert!(server.issuer.set_enabled("bob", true));
    assert_eq!(server.post("token", &fields).await.status, 200);
    assert!(!server.issuer.set_enabled("nobody", false));
}

#[actix_web::test]
async fn an_unknown_client_and_a_wrong_secret_are_told_apart_by_the_code_alone() {
    let server = Server::new();
    let said = "Invalid client or Invalid client credentials";
    let grant = ("grant_type", "client_credentials");
    let unknown = server.post("token", &[grant, ("client_id", "nobody")]).await;
    assert_eq!(unknown.error(), error(401, "invalid_client", said));
    assert_eq!(
        server.post("token", &[grant]).await.error(),
        error(401, "invalid_client", said)
    );
    for secret in ["wrong", ""] {
        let fields = [grant, ("client_id", "myapp-backend"), ("client_secret", secret)];
        assert_eq!(
            server.post("token", &fields).await.error(),
            error(401, "unauthorized_client", said)
        );
        let request = form("token", &[grant]).insert_header(basic("myapp-backend", secret));
        assert_eq!(
            server.send(request).await.error(),
            error(401, "unauthorized_client", said)
        );
    }
}

#[actix_web::test]
async fn a_public_client_has_no_service_account() {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "myapp-frontend"),
    ];
    let said = "Public client not allowed to retrieve service account";
    assert_eq!(
        Server::new().post("token", &fields).await.error(),
        error(401, "unauthorized_client", said)
    );
}

#[actix_web::test]
async fn a_grant_that_is_missing_or_unknown_is_400() {
    let server = Server::new();
    let none = server.post("token", &[("client_id", "myapp-frontend")]).await;
    assert_eq!(
        none.error(),
        error(400, "invalid_request", "Missing form parameter: grant_type")
    );
    for grant in [
        "implicit",
        "PASSWORD",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        let answer = server
            .post("token", &[("grant_type", grant), ("client_id", "myapp-frontend")])
            .await;
        assert_eq!(
            answer.error(),
            error(400, "unsupported_grant_type", "Unsupported grant_type")
        );
    }
}

#[actix_web::test]
async fn an_unknown_scope_is_400() {
    let fields = [
        &PASSWORD[..],
        &[
            ("username", "bob"),
            ("password", "bob-pw"),
            ("scope", "everything"),
        ],
    ]
    .concat();
    let expected = error(400, "invalid_scope", "Invalid scopes: everything");
    assert_eq!(Server::new().post("token", &fields).await.error(), expected);
}

#[actix_web::test]
async fn a_refresh_token_that_is_forged_foreign_or_late_is_400() {
    let server = Server::new();
    let login = server.log_in("bob").await;
    let (refresh, access) = (login.field("refresh_token"), login.field("access_token"));
    let grant = ("grant_type", "refresh_token");
    let client = ("client_id", "myapp-frontend");
    let invalid = error(400, "invalid_grant", "Invalid refresh token");
    for token in ["", "x", "a.b.c", &access, &refresh[..refresh.len() - 4]] {
        let answer = server
            .post("token", &[grant, client, ("refresh_token", token)])
            .await;
        let expected = if token.is_empty() {
            error(400, "invalid_request", "No refresh token")
        } else {
            invalid.clone()
        };
        assert_eq!(answer.error(), expected, "{token}");
    }
    let foreign = server
        .post_as_backend("token", &[grant, ("refresh_token", &refresh)])
        .await;
    let said = "Invalid refresh token. Token client and authorized client don't match";
    assert_eq!(foreign.error(), error(400, "invalid_grant", said));
    server.pass(1_800);
    let late = server
        .post("token", &[grant, client, ("refresh_token", &refresh)])
        .await;
    assert_eq!(late.error(), error(400, "invalid_grant", "Token is not active"));
}

#[actix_web::test]
async fn a_session_ends_at_its_greatest_age_however_often_it_was_refreshed() {
    let server = Server::new();
    let mut refresh = server.log_in("bob").await.field("refresh_token");
    for _ in 0..21 {
        server.pass(1_700);
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", "myapp-frontend"),
            ("refresh_token", &refresh),
        ];
        let answer = server.post("token", &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        refresh = answer.field("refresh_token");
    }
    server.pass(300);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh),
    ];
    assert_eq!(
        server.post("token", &fields).await.error(),
        error(400, "invalid_grant", "Token is not active")
    );
}

#[actix_web::test]
async fn a_body_that_is_no_form_too_large_or_ambiguous_is_refused() {
    let server = Server::new();
    let path = "/realms/myapp/protocol/openid-connect/token";
    let json = server.send(TestRequest::post().uri(path).set_payload("{}")).await;
    assert_eq!(
        json.error(),
        error(400, "invalid_request", "Missing form parameter: grant_type")
    );
    let large = "x".repeat(70_000);
    assert_eq!(server.post("token", &[("grant_type", &large)]).await.status, 413);
    let twice = [("grant_type", "password"), ("grant_type", "refresh_token")];
    assert_eq!(
        server.post("token", &twice).await.error(),
        error(400, "invalid_request", "duplicated parameter")
    );
    let binary = form("token", &[]).set_payload(vec![0xff, 0x00, b'=', 0xfe]);
    assert_eq!(server.send(binary).await.status, 400);
}

#[actix_web::test]
async fn a_page_of_another_origin_gets_no_token() {
    let server = Server::new();
    let fields = [&PASSWORD[..], &[("username", "bob"), ("password", "bob-pw")]].concat();
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://localhost:8080", 200),
    ] {
        let request = form("token", &fields).insert_header(("origin", origin));
        assert_eq!(server.send(request).await.status, status, "{origin}");
    }
}

#[actix_web::test]
async fn a_password_grant_without_a_name_is_401() {
    let answer = Server::new().post("token", &PASSWORD).await;
    assert_eq!(
        answer.error(),
        error(401, "invalid_request", "Missing parameter: username")
    );
}
