//! How the token endpoint refuses.

use crate::live::issuer::{BACKEND, BACKEND_SECRET, FRONTEND, Issuer};

const BAD_CLIENT: &str = "Invalid client or Invalid client credentials";

pub(super) async fn wrong_credentials_of_a_user_are_an_invalid_grant(issuer: Issuer) {
    for (user, password) in [("bob", "alice-pw"), ("nobody", "bob-pw"), ("bob", "")] {
        let form = [
            ("grant_type", "password"),
            ("client_id", FRONTEND),
            ("username", user),
            ("password", password),
        ];
        refused(&issuer, &form, 400, "invalid_grant", "Invalid user credentials").await;
    }
    issuer.login("bob").await;
}

pub(super) async fn wrong_credentials_of_a_client_are_401(issuer: Issuer) {
    let ask = |id: &'static str, secret: &'static str| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ]
    };
    refused(
        &issuer,
        &ask(BACKEND, "wrong"),
        401,
        "unauthorized_client",
        BAD_CLIENT,
    )
    .await;
    refused(&issuer, &ask(BACKEND, ""), 401, "unauthorized_client", BAD_CLIENT).await;
    refused(
        &issuer,
        &ask("nobody", BACKEND_SECRET),
        401,
        "invalid_client",
        BAD_CLIENT,
    )
    .await;
    refused(
        &issuer,
        &[("grant_type", "client_credentials")],
        401,
        "invalid_client",
        BAD_CLIENT,
    )
    .await;
    issuer.service_account().await;
}

pub(super) async fn a_request_that_makes_no_sense_says_why(issuer: Issuer) {
    let client = ("client_id", FRONTEND);
    refused(
        &issuer,
        &[client],
        400,
        "invalid_request",
        "Missing form parameter: grant_type",
    )
    .await;
    let form = [client, ("grant_type", "banana")];
    refused(
        &issuer,
        &form,
        400,
        "unsupported_grant_type",
        "Unsupported grant_type",
    )
    .await;
    let form = [client, ("grant_type", "refresh_token")];
    refused(&issuer, &form, 400, "invalid_request", "No refresh token").await;
    let form = [client, ("grant_type", "refresh_token"), ("refresh_token", "abc")];
    refused(&issuer, &form, 400, "invalid_grant", "Invalid refresh token").await;
    let form = [
        client,
        ("grant_type", "authorization_code"),
        ("code", "abc"),
        ("redirect_uri", "http://localhost:8080/"),
    ];
    refused(&issuer, &form, 400, "invalid_grant", "Code not valid").await;
    let form = [
        client,
        ("grant_type", "password"),
        ("username", "bob"),
        ("password", "bob-pw"),
        ("scope", "banana"),
    ];
    refused(&issuer, &form, 400, "invalid_scope", "Invalid scopes: banana").await;
    let form = [client, ("grant_type", "password"), ("grant_type", "password")];
    refused(&issuer, &form, 400, "invalid_request", "duplicated parameter").await;
}

pub(super) async fn a_public_client_has_no_service_account(issuer: Issuer) {
    let form = [("grant_type", "client_credentials"), ("client_id", FRONTEND)];
    let why = "Public client not allowed to retrieve service account";
    refused(&issuer, &form, 401, "unauthorized_client", why).await;
}

async fn refused(issuer: &Issuer, form: &[(&str, &str)], status: u16, error: &str, description: &str) {
    let answer = issuer.post("token", form).await;
    assert_eq!(answer.status, status, "{form:?}: {}", answer.body);
    let expected = serde_json::json!({ "error": error, "error_description": description });
    assert_eq!(answer.body, expected, "{form:?}");
    assert!(!answer.headers.contains_key("www-authenticate"), "{form:?}");
}
