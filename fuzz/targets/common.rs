//! What must hold of every principal, read off the claims by another reader.

#![allow(dead_code, reason = "each target uses its part")]

use rbac_core::fuzzing::Judge;
use rbac_core::{Config, Principal, RoleSource};
use serde_json::Value;

pub const NOW: u64 = 1_800_000_000;
pub const ISSUER: &str = "https://sso.example.com/realms/myapp";
pub const SKEW: u64 = 10;

thread_local! {
    pub static JUDGE: Judge = Judge::new(
        Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| ISSUER.to_owned())).expect("fine"),
    );
}

pub fn assert_acceptable(claims: &Value) {
    assert_eq!(claims["iss"], ISSUER);
    let aud = &claims["aud"];
    let ours = |value: &Value| value == "myapp-backend";
    assert!(ours(aud) || aud.as_array().is_some_and(|list| list.iter().any(ours)));
    let exp = claims["exp"].as_f64().expect("a number");
    assert!(exp >= (NOW - SKEW) as f64 && exp < (NOW + 20 * 366 * 24 * 3600) as f64);
    for date in ["nbf", "iat"] {
        let date = claims
            .get(date)
            .map_or(0.0, |date| date.as_f64().expect("a number"));
        assert!(date < (NOW + SKEW + 1) as f64);
    }
    assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()));
    assert!(claims.get("events").is_none());
}

/// The type of an access token; `DPoP` is that of one bound to a key.
pub fn assert_type(kind: &Value, claims: &Value) {
    let kind = kind.as_str().expect("a string");
    let is_dpop = kind.eq_ignore_ascii_case("DPoP") && claims["cnf"].get("jkt").is_some();
    assert!(kind.eq_ignore_ascii_case("Bearer") || is_dpop);
}

pub fn assert_faithful(principal: &Principal, claims: &Value) {
    assert_eq!(principal.is_sender_constrained(), claims.get("cnf").is_some());
    for (name, value) in claims.get("cnf").and_then(Value::as_object).into_iter().flatten() {
        match name.as_str() {
            "jkt" | "x5t#S256" => assert_eq!(value.as_str().expect("a string").len(), 43),
            name => assert_eq!((name, value.as_str()), ("kc-jkt-type", Some("DPoP"))),
        }
    }
    assert_eq!(claims["sub"], principal.subject());
    assert!(principal.roles().len() <= 256);
    for role in principal.roles() {
        let access = match role.source() {
            RoleSource::Realm => &claims["realm_access"],
            RoleSource::Client(client) => &claims["resource_access"][&**client],
        };
        let listed = access["roles"].as_array().expect("a list");
        assert!(listed.iter().all(Value::is_string) && listed.iter().any(|name| name == role.name()));
        assert!(!role.to_string().chars().any(char::is_control));
    }
    assert_eq!(principal.is_admin(), principal.has_realm_role("admin"));
    for name in principal.permissions() {
        assert!(principal.has_realm_role(name) || principal.has_client_role("myapp-backend", name));
    }
    for value in principal.attribute("department") {
        let claim = &claims["department"];
        assert!(
            claim == value
                || claim
                    .as_array()
                    .is_some_and(|list| list.iter().any(|one| one == value))
        );
    }
    assert!(!principal.may_act_within("department", "") || principal.is_admin());
}
