//! What stands in the tokens.

use serde_json::{Value, json};

use crate::live::issuer::{BACKEND, FRONTEND, Issuer, Tokens, unverified_header, unverified_payload};
use crate::live::like::assert_like;

/// Every user of the realm has these through `default-roles-myapp`.
const DEFAULT_REALM_ROLES: [&str; 3] = ["default-roles-myapp", "offline_access", "uma_authorization"];
const ACCOUNT_ROLES: [&str; 3] = ["manage-account", "manage-account-links", "view-profile"];

const ORIGINS: [&str; 2] = ["http://127.0.0.1:8080", "http://localhost:8080"];

struct User {
    name: &'static str,
    realm_roles: &'static [&'static str],
    client_roles: &'static [&'static str],
    departments: &'static [&'static str],
}

const USERS: [User; 5] = [
    // The realm role `admin` is composite: it brings `user` and the client role `users:manage`.
    User {
        name: "alice",
        realm_roles: &["admin", "user"],
        client_roles: &["users:manage"],
        departments: &["it"],
    },
    User {
        name: "bob",
        realm_roles: &["user"],
        client_roles: &["data:read", "reports:generate"],
        departments: &["finance"],
    },
    User {
        name: "carol",
        realm_roles: &["user"],
        client_roles: &[],
        departments: &["sales"],
    },
    User {
        name: "dave",
        realm_roles: &["user"],
        client_roles: &["data:read", "data:write"],
        departments: &["finance", "sales"],
    },
    User {
        name: "erin",
        realm_roles: &["user"],
        client_roles: &["users:manage"],
        departments: &["hr"],
    },
];

pub(super) async fn access_tokens_of_users_carry_roles_by_source_and_departments(issuer: Issuer) {
    for user in &USERS {
        let claims = unverified_payload(&issuer.login(user.name).await.access);
        let realm_roles: Vec<_> = DEFAULT_REALM_ROLES.iter().chain(user.realm_roles).collect();
        assert_like(
            &claims["realm_access"],
            &json!({ "roles": realm_roles }),
            user.name,
        );
        let mut by_client = json!({ "account": { "roles": ACCOUNT_ROLES } });
        if !user.client_roles.is_empty() {
            by_client[BACKEND] = json!({ "roles": user.client_roles });
        }
        assert_like(&claims["resource_access"], &by_client, user.name);
        assert_like(&claims["department"], &json!(user.departments), user.name);
        assert_eq!(claims["preferred_username"], user.name);
        assert_eq!(
            claims["sub"],
            subject_in_the_realm_file(user.name),
            "{}",
            user.name
        );
    }
}

pub(super) async fn the_access_token_has_two_audiences_and_the_frontend_as_authorized_party(issuer: Issuer) {
    let token = issuer.login("carol").await.access;
    assert_like(
        &unverified_header(&token),
        &json!({"alg": "RS256", "typ": "JWT", "kid": "<text>"}),
        "the header",
    );
    let mut pattern = session_claims(&issuer, "onrtro");
    extend(
        &mut pattern,
        json!({
            "sub": subject_in_the_realm_file("carol"), "azp": FRONTEND, "sid": "<sid>",
            "realm_access": {"roles": ["default-roles-myapp", "offline_access", "uma_authorization", "user"]},
            "resource_access": {"account": {"roles": ACCOUNT_ROLES}},
            "aud": [BACKEND, "account"], "scope": "<text>", "department": ["sales"], "email_verified": true,
            "name": "Carol Sales", "given_name": "Carol", "family_name": "Sales",
            "preferred_username": "carol", "email": "carol@example.com",
        }),
    );
    let claims = unverified_payload(&token);
    assert_like(&claims, &pattern, "the access token");
    assert_eq!(allowed_origins(&claims), ORIGINS);
    assert_eq!(lifetime(&claims), 300);
    assert_eq!(scopes(&claims), ["email", "openid", "profile"]);
}

pub(super) async fn a_token_without_the_scope_openid_comes_without_an_id_token(issuer: Issuer) {
    let form = [
        ("grant_type", "password"),
        ("client_id", FRONTEND),
        ("username", "bob"),
        ("password", "bob-pw"),
    ];
    let tokens = issuer.tokens(&form).await;
    assert_eq!(tokens.id, None);
    assert_eq!(scopes(&unverified_payload(&tokens.access)), ["email", "profile"]);
    assert!(issuer.login("bob").await.id.is_some());
}

pub(super) async fn an_id_token_is_signed_by_the_same_key_and_only_its_type_tells(issuer: Issuer) {
    let tokens = issuer.login("bob").await;
    let id = tokens.id.expect("an ID token");
    assert_eq!(unverified_header(&id), unverified_header(&tokens.access));
    let pattern = json!({
        "exp": "<number>", "iat": "<number>", "jti": "<uuid>", "iss": issuer.url(), "aud": FRONTEND,
        "sub": subject_in_the_realm_file("bob"), "typ": "ID", "azp": FRONTEND, "sid": "<sid>", "at_hash": "<text>", "acr": "1",
        "email_verified": true, "name": "Bob Analyst", "given_name": "Bob", "family_name": "Analyst",
        "preferred_username": "bob", "email": "bob@example.com",
    });
    assert_like(&unverified_payload(&id), &pattern, "the ID token");
    assert_eq!(
        unverified_payload(&id)["sid"],
        unverified_payload(&tokens.access)["sid"]
    );
}

pub(super) async fn a_refresh_token_is_signed_by_a_secret_for_the_issuer_alone(issuer: Issuer) {
    let tokens = issuer.login("bob").await;
    let refresh = tokens.refresh.expect("a refresh token");
    assert_like(
        &unverified_header(&refresh),
        &json!({"alg": "HS512", "typ": "JWT", "kid": "<text>"}),
        "the header",
    );
    assert_ne!(
        unverified_header(&refresh)["kid"],
        unverified_header(&tokens.access)["kid"]
    );
    let claims = unverified_payload(&refresh);
    for (name, value) in [
        ("typ", "Refresh"),
        ("iss", issuer.url()),
        ("aud", issuer.url()),
        ("azp", FRONTEND),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(lifetime(&claims), 1_800);
    assert!(claims["realm_access"].is_null() && claims["resource_access"].is_null());
}

pub(super) async fn a_service_account_has_no_session_and_no_department(issuer: Issuer) {
    let Tokens {
        access,
        refresh,
        id,
        answer,
    } = issuer.service_account().await;
    assert_eq!((refresh, id), (None, None));
    assert_eq!(
        (&answer["refresh_expires_in"], &answer["session_state"]),
        (&json!(0), &Value::Null)
    );
    let claims = unverified_payload(&access);
    let name = "service-account-myapp-backend";
    let mut pattern = session_claims(&issuer, "trrtcc");
    extend(
        &mut pattern,
        json!({
            "sub": subject_in_the_realm_file(name), "azp": BACKEND, "client_id": BACKEND,
            "clientHost": "127.0.0.1", "clientAddress": "127.0.0.1",
            "aud": [BACKEND, "realm-management", "account"], "scope": "<text>",
            "realm_access": {"roles": DEFAULT_REALM_ROLES},
            "resource_access": {
                "account": {"roles": ACCOUNT_ROLES},
                "realm-management": {"roles": ["view-clients", "query-clients"]},
            },
            "email_verified": false, "preferred_username": name,
        }),
    );
    assert_like(&claims, &pattern, "the service account's token");
    assert_eq!(allowed_origins(&claims), ORIGINS);
}

pub(super) async fn the_token_answer_is_not_to_be_stored(issuer: Issuer) {
    let form = [
        ("grant_type", "password"),
        ("client_id", FRONTEND),
        ("username", "bob"),
        ("password", "bob-pw"),
    ];
    let answer = issuer.post("token", &form).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    let pattern = json!({
        "access_token": "<text>", "expires_in": 300, "refresh_expires_in": 1_800, "refresh_token": "<text>",
        "token_type": "Bearer", "not-before-policy": 0, "session_state": "<sid>", "scope": "<text>",
    });
    assert_like(&answer.body, &pattern, "the token answer");
}

/// The claims that user and service account tokens share.
fn session_claims(issuer: &Issuer, jti: &str) -> Value {
    json!({
        "exp": "<number>", "iat": "<number>", "jti": format!("<{jti}:uuid>"), "iss": issuer.url(), "typ": "Bearer", "acr": "1",
        "allowed-origins": "<origins>",
    })
}

/// The web origins of the client: those of the realm file, and with them the one where a demo serves itself.
fn allowed_origins(claims: &Value) -> Vec<&str> {
    let ours = |origin: &&str| origin.ends_with(":8080");
    let origins = claims["allowed-origins"].as_array().into_iter().flatten();
    let mut ours: Vec<&str> = origins.filter_map(Value::as_str).filter(ours).collect();
    ours.sort_unstable();
    ours
}

fn extend(pattern: &mut Value, more: Value) {
    let (Value::Object(pattern), Value::Object(more)) = (pattern, more) else {
        unreachable!("both are objects")
    };
    pattern.extend(more);
}

fn lifetime(claims: &Value) -> u64 {
    claims["exp"].as_u64().expect("exp") - claims["iat"].as_u64().expect("iat")
}

fn scopes(claims: &Value) -> Vec<&str> {
    let mut scopes: Vec<_> = claims["scope"].as_str().expect("scope").split(' ').collect();
    scopes.sort_unstable();
    scopes
}

/// The realm file fixes the ids of its users, so a subject is the same at either issuer.
fn subject_in_the_realm_file(user: &str) -> String {
    let realm: Value = serde_json::from_str(include_str!("../../../../demo-app/realm/myapp-realm.json"))
        .expect("the realm file");
    let users = realm["users"].as_array().expect("users");
    let entry = users
        .iter()
        .find(|entry| entry["username"] == user)
        .expect("the user");
    entry["id"].as_str().expect("an id").to_owned()
}
