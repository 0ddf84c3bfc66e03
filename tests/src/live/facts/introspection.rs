//! What introspection answers.

use serde_json::{Value, json};

use crate::live::issuer::{BACKEND, FRONTEND, Issuer, as_backend, unverified_payload};
use crate::live::like::assert_like;

pub(super) async fn an_active_answer_is_the_token_with_client_username_and_type(issuer: Issuer) {
    let user = issuer.login("bob").await.access;
    let service = issuer.service_account().await.access;
    for (token, client, name) in [
        (user, FRONTEND, "bob"),
        (service, BACKEND, "service-account-myapp-backend"),
    ] {
        let answer = issuer.introspect(&token).await;
        let mut pattern = unverified_payload(&token);
        for (member, value) in [
            ("client_id", client),
            ("username", name),
            ("token_type", "Bearer"),
        ] {
            pattern[member] = json!(value);
        }
        pattern["active"] = json!(true);
        // The machine that asks is told of in the token only, or in both, by the version of the server.
        for origin in ["clientHost", "clientAddress"] {
            pattern[origin] = answer[origin].clone();
        }
        assert_like(&without_nulls(answer), &without_nulls(pattern), name);
    }
}

pub(super) async fn anything_else_is_exactly_inactive(issuer: Issuer) {
    let tokens = issuer.login("bob").await;
    let (id, refresh) = (
        tokens.id.expect("an ID token"),
        tokens.refresh.expect("a refresh token"),
    );
    let signature = tokens.access.rfind('.').expect("a signature");
    let forged = format!("{}.{}", &tokens.access[..signature], "A".repeat(342));
    for token in [id.as_str(), refresh.as_str(), forged.as_str(), "abc", ""] {
        assert_eq!(
            issuer.introspect(token).await,
            json!({"active": false}),
            "{token}"
        );
    }
    assert_eq!(issuer.introspect(&tokens.access).await["active"], true);
}

pub(super) async fn only_a_confidential_client_may_ask(issuer: Issuer) {
    let access = issuer.login("bob").await.access;
    let token = ("token", access.as_str());
    let unknown = "Invalid client or Invalid client credentials";
    for (form, status, error, description) in [
        (vec![token], 401, "invalid_client", unknown),
        (
            vec![token, ("client_id", "nobody"), ("client_secret", "x")],
            401,
            "invalid_client",
            unknown,
        ),
        (
            vec![token, ("client_id", BACKEND), ("client_secret", "x")],
            401,
            "invalid_client",
            "Client authentication failed.",
        ),
        (
            vec![token, ("client_id", FRONTEND)],
            403,
            "invalid_request",
            "Client not allowed.",
        ),
        (as_backend(&[]), 400, "invalid_request", "Token not provided."),
    ] {
        let answer = issuer.post("token/introspect", &form).await;
        assert_eq!(answer.status, status, "{description}: {}", answer.body);
        assert_eq!(
            answer.body,
            json!({ "error": error, "error_description": description })
        );
    }
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}
