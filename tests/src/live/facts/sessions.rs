//! Refresh, revocation and logout.

use serde_json::json;

use crate::live::issuer::{
    Answer, FRONTEND, Issuer, Tokens, as_backend, unverified_header, unverified_payload,
};

pub(super) async fn a_refresh_token_gives_a_new_access_token_of_the_same_session(issuer: Issuer) {
    let first = issuer.login("dave").await;
    let answer = refresh(&issuer, &first).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let access = answer.body["access_token"].as_str().expect("an access token");
    assert_eq!(unverified_header(access)["alg"], "RS256");
    let (old, new) = (unverified_payload(&first.access), unverified_payload(access));
    assert_ne!(old["jti"], new["jti"]);
    assert!(
        new["jti"].as_str().is_some_and(|jti| jti.starts_with("onrtrt:")),
        "{}",
        new["jti"]
    );
    for claim in ["sid", "sub", "azp", "iss", "department"] {
        assert_eq!(old[claim], new[claim], "{claim}");
    }
    // Rotation is off in the realm: the first refresh token goes on working.
    assert_eq!(refresh(&issuer, &first).await.status, 200);
}

pub(super) async fn a_refresh_token_works_for_its_own_client_only(issuer: Issuer) {
    let tokens = issuer.login("dave").await;
    let token = tokens.refresh.as_deref().expect("a refresh token");
    let answer = issuer
        .post(
            "token",
            &as_backend(&[("grant_type", "refresh_token"), ("refresh_token", token)]),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("invalid_grant"))
    );
    let access = [
        ("grant_type", "refresh_token"),
        ("client_id", FRONTEND),
        ("refresh_token", tokens.access.as_str()),
    ];
    let answer = issuer.post("token", &access).await;
    assert_eq!(
        (answer.status, &answer.body["error_description"]),
        (400, &json!("Invalid refresh token"))
    );
    assert_eq!(refresh(&issuer, &tokens).await.status, 200);
}

pub(super) async fn after_logout_introspection_and_refresh_refuse(issuer: Issuer) {
    let (gone, stays) = (issuer.login("carol").await, issuer.login("carol").await);
    assert_eq!(issuer.introspect(&gone.access).await["active"], true);
    issuer.logout(&gone).await;
    assert_eq!(issuer.introspect(&gone.access).await, json!({"active": false}));
    assert_session_is_over(refresh(&issuer, &gone).await);
    assert_eq!(
        issuer.introspect(&stays.access).await["active"],
        true,
        "another session of the same user"
    );
}

pub(super) async fn revoking_a_refresh_token_ends_its_session(issuer: Issuer) {
    let tokens = issuer.login("carol").await;
    revoke(&issuer, tokens.refresh.as_deref().expect("a refresh token")).await;
    assert_eq!(issuer.introspect(&tokens.access).await, json!({"active": false}));
    assert_session_is_over(refresh(&issuer, &tokens).await);
}

pub(super) async fn revoking_an_access_token_leaves_the_session(issuer: Issuer) {
    let tokens = issuer.login("carol").await;
    revoke(&issuer, &tokens.access).await;
    assert_eq!(issuer.introspect(&tokens.access).await, json!({"active": false}));
    assert_eq!(refresh(&issuer, &tokens).await.status, 200);
}

async fn refresh(issuer: &Issuer, tokens: &Tokens) -> Answer {
    let token = tokens.refresh.as_deref().expect("a refresh token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", FRONTEND),
        ("refresh_token", token),
    ];
    issuer.post("token", &form).await
}

async fn revoke(issuer: &Issuer, token: &str) {
    let answer = issuer
        .post("revoke", &[("client_id", FRONTEND), ("token", token)])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.is_null(), "{}", answer.body);
}

fn assert_session_is_over(answer: Answer) {
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.body,
        json!({"error": "invalid_grant", "error_description": "Session not active"})
    );
}
