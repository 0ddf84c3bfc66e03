//! What the grants give: claims as Keycloak lays them out, signatures that others can check.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};

use crate::harness::{ISSUER, SECRET, Server, peek};

#[actix_web::test]
async fn another_library_accepts_the_signature_with_the_published_key() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    let set = server.get("/realms/myapp/protocol/openid-connect/certs").await;
    let set: JwkSet = serde_json::from_str(&set.text).unwrap();
    let key_id = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(set.find(&key_id).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&["myapp-backend"]);
    validation.validate_exp = false;
    assert!(decode::<Value>(&token, &key, &validation).is_ok());

    let mut flipped = token.clone();
    let last = if flipped.pop() == Some('A') { 'Q' } else { 'A' };
    flipped.push(last);
    assert!(decode::<Value>(&flipped, &key, &validation).is_err());
}

#[actix_web::test]
async fn a_users_access_token_has_keycloaks_claims() {
    let server = Server::new();
    let answer = server.log_in("bob").await;
    let (header, mut claims) = peek(&answer.field("access_token"));
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let now = server.now();
    let id = claims["jti"].take();
    assert!(id.as_str().unwrap().starts_with("onrtro:"), "{id}");
    assert_eq!(claims["sid"].take(), answer.json()["session_state"]);
    let subject = claims["sub"].take();
    assert_eq!(subject.as_str().unwrap().len(), 36);
    let expected = json!({
        "exp": now + 300, "iat": now, "jti": null, "sid": null, "sub": null, "iss": ISSUER,
        "aud": ["myapp-backend", "account"], "typ": "Bearer", "azp": "myapp-frontend", "acr": "1",
        "allowed-origins": ["http://127.0.0.1:8080", "http://localhost:8080"],
        "realm_access": { "roles": ["default-roles-myapp", "offline_access", "uma_authorization", "user"] },
        "resource_access": {
            "account": { "roles": ["manage-account", "manage-account-links", "view-profile"] },
            "myapp-backend": { "roles": ["data:read", "reports:generate"] },
        },
        "scope": "openid profile email", "email_verified": true, "name": "Bob Analyst",
        "preferred_username": "bob", "given_name": "Bob", "family_name": "Analyst",
        "email": "bob@example.com", "department": ["finance"],
    });
    assert_eq!(claims, expected);
}

#[actix_web::test]
async fn composite_roles_are_in_the_token_and_several_departments_are_a_list() {
    let server = Server::new();
    let (_, alice) = peek(&server.log_in("alice").await.field("access_token"));
    let realm_roles = alice["realm_access"]["roles"].as_array().unwrap();
    assert!(realm_roles.contains(&json!("admin")) && realm_roles.contains(&json!("user")));
    assert_eq!(
        alice["resource_access"]["myapp-backend"]["roles"],
        json!(["users:manage"])
    );
    let (_, dave) = peek(&server.log_in("dave").await.field("access_token"));
    assert_eq!(dave["department"], json!(["finance", "sales"]));
}

#[actix_web::test]
async fn the_answer_has_keycloaks_fields() {
    let answer = Server::new().log_in("bob").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    assert_eq!(answer["expires_in"], 300);
    assert_eq!(answer["refresh_expires_in"], 1_800);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["not-before-policy"], 0);
    assert_eq!(answer["scope"], "openid profile email");
}

#[actix_web::test]
async fn an_id_token_says_so_and_comes_only_with_the_scope_openid() {
    let server = Server::new();
    let (header, claims) = peek(&server.log_in("bob").await.field("id_token"));
    assert_eq!(header["alg"], "RS256");
    assert_eq!(
        (&claims["typ"], &claims["aud"]),
        (&json!("ID"), &json!("myapp-frontend"))
    );
    assert!(claims.get("realm_access").is_none() && claims["at_hash"].is_string());

    let fields = [
        ("grant_type", "password"),
        ("client_id", "myapp-frontend"),
        ("username", "bob"),
        ("password", "bob-pw"),
    ];
    let answer = server.post("token", &fields).await.json();
    assert_eq!(
        (&answer["scope"], answer.get("id_token")),
        (&json!("profile email"), None)
    );
}

#[actix_web::test]
async fn a_refresh_token_is_for_the_issuer_alone() {
    let (header, claims) = peek(&Server::new().log_in("bob").await.field("refresh_token"));
    assert_eq!(header["alg"], "HS512");
    assert_eq!(
        (&claims["typ"], &claims["aud"]),
        (&json!("Refresh"), &json!(ISSUER))
    );
}

#[actix_web::test]
async fn a_service_logs_in_with_its_secret_and_has_no_session() {
    let server = Server::new();
    let by_header = server
        .post_as_backend("token", &[("grant_type", "client_credentials")])
        .await;
    let by_form = [
        ("grant_type", "client_credentials"),
        ("client_id", "myapp-backend"),
        ("client_secret", SECRET),
    ];
    assert_eq!(server.post("token", &by_form).await.status, 200);

    let answer = by_header.json();
    assert_eq!(answer["refresh_expires_in"], 0);
    assert!(answer.get("refresh_token").is_none() && answer.get("session_state").is_none());
    let (_, claims) = peek(&by_header.field("access_token"));
    assert_eq!(claims["preferred_username"], "service-account-myapp-backend");
    assert_eq!(
        (&claims["client_id"], &claims["azp"]),
        (&json!("myapp-backend"), &json!("myapp-backend"))
    );
    assert_eq!(
        claims["aud"],
        json!(["realm-management", "myapp-backend", "account"])
    );
    assert!(claims.get("sid").is_none() && claims.get("department").is_none());
    assert!(claims["jti"].as_str().unwrap().starts_with("trrtcc:"));
}

#[actix_web::test]
async fn a_refresh_token_gives_new_tokens_as_often_as_the_session_lives() {
    let server = Server::new();
    let first = server.log_in("bob").await;
    let refresh = first.field("refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh),
    ];
    server.pass(200);
    for _ in 0..2 {
        let again = server.post("token", &fields).await;
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(again.json()["session_state"], first.json()["session_state"]);
        let (_, claims) = peek(&again.field("access_token"));
        assert!(claims["jti"].as_str().unwrap().starts_with("onrtrt:"));
        assert_eq!(claims["exp"], server.now() + 300);
    }
}

#[actix_web::test]
async fn userinfo_answers_a_token_with_the_scope_openid() {
    let server = Server::new();
    let token = server.log_in("bob").await.field("access_token");
    let path = "/realms/myapp/protocol/openid-connect/userinfo";
    let request = actix_web::test::TestRequest::get().uri(path);
    let answer = server
        .send(request.insert_header(("authorization", format!("Bearer {token}"))))
        .await;
    assert_eq!(answer.json()["preferred_username"], "bob");
    assert_eq!(server.get(path).await.status, 401);

    let service = server
        .post_as_backend("token", &[("grant_type", "client_credentials")])
        .await;
    let bearer = format!("Bearer {}", service.field("access_token"));
    let request = actix_web::test::TestRequest::get()
        .uri(path)
        .insert_header(("authorization", bearer));
    assert_eq!(server.send(request).await.status, 403);
}

#[actix_web::test]
async fn an_offline_token_says_so_and_outlives_the_browsers_session() {
    let server = Server::new();
    let fields = [
        ("grant_type", "password"),
        ("client_id", "myapp-frontend"),
        ("username", "bob"),
        ("password", "bob-pw"),
        ("scope", "openid offline_access"),
    ];
    let answer = server.post("token", &fields).await;
    assert_eq!(answer.json()["refresh_expires_in"], 0);
    assert_eq!(answer.json()["scope"], "openid profile email offline_access");
    let refresh = answer.field("refresh_token");
    let (_, claims) = peek(&refresh);
    assert_eq!((&claims["typ"], claims.get("exp")), (&json!("Offline"), None));
    server.pass(100_000);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "myapp-frontend"),
        ("refresh_token", &refresh),
    ];
    let again = server.post("token", &fields).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert!(
        peek(&again.field("access_token")).1["jti"]
            .as_str()
            .unwrap()
            .starts_with("ofrtrt:")
    );
}

#[actix_web::test]
async fn a_subject_is_the_same_at_every_start() {
    let (_, claims) = peek(&Server::new().log_in("bob").await.field("access_token"));
    assert_eq!(claims["sub"], "0b8f1d57-64c0-4f0a-8f5e-2a9d3e7c0b02");
}
