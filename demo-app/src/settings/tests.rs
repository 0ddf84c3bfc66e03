//! What the environment may hold, and what is said when it holds something else.

use std::collections::HashMap;

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Settings::from_vars(move |name| variables.get(name).cloned()).map_err(|error| error.to_string())
}

fn refused(variables: &[(&str, &str)]) -> String {
    match read(variables) {
        Ok(_) => panic!("{variables:?} was accepted"),
        Err(line) => line,
    }
}

#[test]
fn nothing_set_means_the_embedded_issuer_and_the_default_addresses() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(
        settings.issuer_bind.as_ref().unwrap().to_string(),
        "127.0.0.1:8180"
    );
    assert_eq!(settings.database, Database::Temporary);
    let config = settings
        .access_control(Some(&issuer_url("127.0.0.1:8180")))
        .unwrap();
    assert_eq!(config.issuer(), "http://127.0.0.1:8180/realms/myapp");
    assert_eq!(config.client_id(), "myapp-backend");
}

#[test]
fn either_variable_of_another_issuer_turns_the_embedded_one_off() {
    for variables in [
        &[("KEYCLOAK_SERVER_URL", "https://sso.example.com")],
        &[("KEYCLOAK_ISSUER_URL", "https://sso.example.com/realms/myapp")],
    ] {
        let settings = read(variables).unwrap();
        assert!(settings.issuer_bind.is_none());
        assert_eq!(
            settings.access_control(None).unwrap().issuer(),
            "https://sso.example.com/realms/myapp"
        );
    }
}

#[test]
fn a_wrong_variable_is_named_with_what_it_holds_and_may_hold() {
    for (variable, value) in [
        ("DEMO_BIND", "8080"),
        ("DEMO_BIND", "127.0.0.1:99999"),
        ("DEMO_BIND", ":8080"),
        ("DEMO_ISSUER_BIND", "http://127.0.0.1:8180"),
        ("DEMO_ISSUER_BIND", "127.0.0.1:+80"),
        ("DEMO_ISSUER_BIND", "0.0.0.0:8180"),
        ("DEMO_DATABASE_URL", "postgres://localhost/demo"),
        ("KEYCLOAK_REALM", "other"),
        ("KEYCLOAK_INTERNAL_URL", "http://keycloak:8080"),
        ("KEYCLOAK_TOKEN_VALIDATION", "maybe"),
        ("KEYCLOAK_SERVER_URL", "http://sso.example.com"),
    ] {
        let line = refused(&[(variable, value)]);
        assert!(line.starts_with(&format!("`{variable}` is `{value}`")), "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
    let line = refused(&[("DEMO_DATABASE_URL", "")]);
    assert!(
        line.starts_with("`DEMO_DATABASE_URL` is empty: it must be"),
        "{line}"
    );
}

#[test]
fn a_password_in_a_variable_is_not_shown() {
    let line = refused(&[("DEMO_DATABASE_URL", "postgres://demo:hunter2@localhost/demo")]);
    assert!(
        line.contains("DEMO_DATABASE_URL") && !line.contains("hunter2"),
        "{line}"
    );
}

#[test]
fn introspection_at_another_issuer_needs_a_secret_and_at_the_embedded_one_does_not() {
    let other = ("KEYCLOAK_SERVER_URL", "https://sso.example.com");
    for validation in ["introspection", "hybrid"] {
        let validation = ("KEYCLOAK_TOKEN_VALIDATION", validation);
        assert!(refused(&[other, validation]).contains("KEYCLOAK_CLIENT_SECRET"));
        assert!(read(&[other, validation, ("KEYCLOAK_CLIENT_SECRET", "s")]).is_ok());
        assert!(read(&[validation]).is_ok());
    }
}

#[test]
fn the_issuer_may_listen_beyond_loopback_when_plain_http_is_allowed() {
    assert!(
        read(&[
            ("DEMO_ISSUER_BIND", "0.0.0.0:8180"),
            ("KEYCLOAK_ALLOW_HTTP", "true")
        ])
        .is_ok()
    );
}

#[test]
fn a_database_is_a_url_or_a_path() {
    for (text, path) in [
        ("demo.db", "demo.db"),
        ("sqlite:demo.db", "demo.db"),
        ("sqlite:///var/demo.db", "/var/demo.db"),
        ("sqlite://demo.db?mode=rwc", "demo.db"),
    ] {
        assert_eq!(Database::parse(text), Some(Database::File(path.into())), "{text}");
    }
    assert_eq!(Database::parse("sqlite::memory:"), Some(Database::Memory));
    for text in ["", "sqlite:", "mysql://localhost/demo", "sqlite:demo.db?mode=ro"] {
        assert_eq!(Database::parse(text), None, "{text}");
    }
}

#[test]
fn a_server_is_reached_by_name_and_by_number() {
    let origins = origins("0.0.0.0:9000".parse().unwrap());
    assert_eq!(origins, ["http://localhost:9000", "http://127.0.0.1:9000"]);
    assert_eq!(
        super::origins("192.0.2.1:80".parse().unwrap()),
        ["http://192.0.2.1:80"]
    );
}
