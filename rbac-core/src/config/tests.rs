use super::*;

type Vars<'a> = &'a [(&'a str, &'a str)];

fn read(vars: Vars<'_>) -> Result<Config, ConfigError> {
    Config::from_vars(|name| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

pub(super) fn with(vars: Vars<'_>) -> Result<Config, ConfigError> {
    let server = [("KEYCLOAK_SERVER_URL", "https://sso.example.com")];
    read(&[&server[..], vars].concat())
}

/// The start stops with one line that names `variable`.
#[track_caller]
pub(super) fn refused(vars: Vars<'_>, variable: &str) {
    let error = read(vars).expect_err("the start must stop").to_string();
    assert!(error.contains(&format!("`{variable}`")), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let config = with(&[]).expect("a server is enough");
    assert_eq!(config.issuer(), "https://sso.example.com/realms/myapp");
    assert_eq!((config.realm(), config.client_id()), ("myapp", "myapp-backend"));
    assert_eq!(config.audience(), ["myapp-backend"]);
    assert_eq!(config.validation(), TokenValidation::Local);
    assert_eq!(config.admin_role.as_deref(), Some("admin"));
    assert_eq!(config.clock_skew, Duration::from_secs(10));
    let names: Vec<String> = config.algorithms.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["RS256", "PS256", "ES256", "EdDSA"]);
}

#[test]
fn explanations_are_for_the_operator_unless_he_says_otherwise() {
    assert!(!with(&[]).expect("fine").explain);
    assert!(!with(&[("RBAC_EXPLAIN", "false")]).expect("fine").explain);
    assert!(with(&[("RBAC_EXPLAIN", "true")]).expect("fine").explain);
    for wrong in ["yes", "1", "TRUE", ""] {
        let server = ("KEYCLOAK_SERVER_URL", "https://sso.example.com");
        refused(&[server, ("RBAC_EXPLAIN", wrong)], "RBAC_EXPLAIN");
    }
}

#[test]
fn row_105_without_an_issuer_nothing_starts() {
    refused(&[], "KEYCLOAK_SERVER_URL");
    refused(&[("KEYCLOAK_REALM", "myapp")], "KEYCLOAK_SERVER_URL");
}

#[test]
fn a_trailing_slash_of_the_server_makes_no_second_issuer() {
    let config = read(&[
        ("KEYCLOAK_SERVER_URL", "https://sso.example.com/auth/"),
        ("KEYCLOAK_REALM", "pay"),
    ]);
    assert_eq!(
        config.expect("fine").issuer(),
        "https://sso.example.com/auth/realms/pay"
    );
}

#[test]
fn the_issuer_is_kept_byte_for_byte_and_names_the_realm() {
    let config = read(&[("KEYCLOAK_ISSUER_URL", "https://SSO.example.com/realms/pay/")]).expect("fine");
    assert_eq!(config.issuer(), "https://SSO.example.com/realms/pay/");
    assert_eq!(config.realm(), "pay");
}

#[test]
fn issuer_and_server_must_agree() {
    let issuer = ("KEYCLOAK_ISSUER_URL", "https://sso.example.com/realms/pay");
    assert!(read(&[issuer, ("KEYCLOAK_SERVER_URL", "https://sso.example.com")]).is_ok());
    refused(
        &[issuer, ("KEYCLOAK_SERVER_URL", "https://other.example.com")],
        "KEYCLOAK_ISSUER_URL",
    );
    refused(&[issuer, ("KEYCLOAK_REALM", "myapp")], "KEYCLOAK_REALM");
}

#[test]
fn plain_http_is_for_loopback_or_by_permission() {
    for loopback in [
        "http://localhost:8180",
        "http://127.0.0.1:8180",
        "http://[::1]:8180",
        "http://127.9.9.9",
    ] {
        assert!(read(&[("KEYCLOAK_SERVER_URL", loopback)]).is_ok(), "{loopback}");
    }
    for beyond in [
        "http://sso.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://[::2]",
    ] {
        refused(&[("KEYCLOAK_SERVER_URL", beyond)], "KEYCLOAK_SERVER_URL");
        assert!(
            read(&[("KEYCLOAK_SERVER_URL", beyond), ("KEYCLOAK_ALLOW_HTTP", "true")]).is_ok(),
            "{beyond}"
        );
    }
}

#[test]
fn addresses_must_be_plain() {
    for address in [
        "",
        "sso.example.com",
        "ftp://sso.example.com",
        "https://a:b@sso.example.com",
        "https://x/?a",
        "https://x/#a",
    ] {
        refused(&[("KEYCLOAK_SERVER_URL", address)], "KEYCLOAK_SERVER_URL");
        refused(&[("KEYCLOAK_ISSUER_URL", address)], "KEYCLOAK_ISSUER_URL");
    }
}

#[test]
fn an_address_that_a_reader_would_have_to_mend_is_refused() {
    for address in [
        " https://sso.example.com",
        "https://sso.example.com\n",
        "https://sso.example\t.com",
        "https:sso.example.com",
        "https:/sso.example.com",
        "https:///sso.example.com",
        "https:\\\\sso.example.com",
        "https://sso.example.com\\realms",
    ] {
        refused(&[("KEYCLOAK_SERVER_URL", address)], "KEYCLOAK_SERVER_URL");
        refused(&[("KEYCLOAK_ISSUER_URL", address)], "KEYCLOAK_ISSUER_URL");
    }
}

#[test]
fn what_lies_below_an_address_is_told_after_its_dots_are_resolved() {
    let base = with(&[]).expect("fine").base;
    for below in ["/certs", "/a/../certs", "/%2e%2e/myapp/certs"] {
        assert!(base.contains(&base.join(below)), "{below}");
    }
    for elsewhere in [
        "",
        "x/certs",
        "/../other/certs",
        "/%2e%2e/other",
        "/..\\other",
        "/..%5cother/../../x",
    ] {
        assert!(!base.contains(&base.join(elsewhere)), "{elsewhere}");
    }
    assert!(!base.contains("https://sso.example.com:8443/realms/myapp/certs"));
}

#[test]
fn the_internal_address_is_where_things_are_fetched() {
    let base = |internal| {
        with(&[
            ("KEYCLOAK_INTERNAL_URL", internal),
            ("KEYCLOAK_ALLOW_HTTP", "true"),
        ])
        .expect("fine")
        .base
    };
    assert_eq!(
        base("http://keycloak:8080/realms/myapp/").as_str(),
        "http://keycloak:8080/realms/myapp"
    );
    assert_eq!(
        base("http://keycloak:8080").as_str(),
        "http://keycloak:8080/realms/myapp"
    );
    let beyond = with(&[("KEYCLOAK_INTERNAL_URL", "http://keycloak:8080")]).expect_err("plain http");
    assert!(beyond.to_string().contains("KEYCLOAK_INTERNAL_URL"));
}

#[test]
fn each_wrong_value_is_named() {
    for (variable, value) in [
        ("KEYCLOAK_REALM", ""),
        ("KEYCLOAK_REALM", "a/b"),
        ("KEYCLOAK_CLIENT_ID", ""),
        ("KEYCLOAK_CLIENT_ID", " a"),
        ("KEYCLOAK_AUDIENCE", ""),
        ("KEYCLOAK_AUDIENCE", "a,,b"),
        ("KEYCLOAK_TOKEN_VALIDATION", "remote"),
        ("KEYCLOAK_TOKEN_VALIDATION", ""),
        ("KEYCLOAK_ALGORITHMS", ""),
        ("KEYCLOAK_ALGORITHMS", "RS256,none"),
        ("KEYCLOAK_ALGORITHMS", "HS256"),
        ("KEYCLOAK_ALGORITHMS", "rs256"),
        ("KEYCLOAK_CLOCK_SKEW", "-1"),
        ("KEYCLOAK_CLOCK_SKEW", "301"),
        ("KEYCLOAK_CLOCK_SKEW", "+5"),
        ("KEYCLOAK_CLOCK_SKEW", "ten"),
        ("KEYCLOAK_ALLOW_HTTP", "yes"),
        ("KEYCLOAK_VERIFY_SIGNATURE", "0"),
        ("ENABLE_KEYCLOAK_AUTH", ""),
        ("KEYCLOAK_ADMIN_ROLE", " "),
    ] {
        let error = with(&[(variable, value)]).expect_err(variable).to_string();
        assert!(error.contains(&format!("`{variable}`")), "{error}");
    }
}

#[test]
fn what_may_be_empty_may_be_empty() {
    let config = with(&[("KEYCLOAK_ADMIN_ROLE", ""), ("KEYCLOAK_CLIENT_SECRET", "")]).expect("fine");
    assert!(config.admin_role.is_none() && config.client_secret.is_none());
}

#[test]
fn row_19_a_blank_secret_is_a_mistake_and_not_a_secret() {
    for blank in [" ", "\t", "  \n"] {
        let error = with(&[("KEYCLOAK_CLIENT_SECRET", blank)])
            .expect_err("blank")
            .to_string();
        assert!(error.contains("`KEYCLOAK_CLIENT_SECRET` is blank"), "{error}");
    }
    let kept = with(&[("KEYCLOAK_CLIENT_SECRET", " s ")]).expect("a secret may hold blanks");
    assert!(kept.client_secret.is_some());
}

#[test]
fn introspection_needs_the_secret() {
    for mode in ["introspection", "hybrid"] {
        let mode = ("KEYCLOAK_TOKEN_VALIDATION", mode);
        let error = with(&[mode]).expect_err("no secret").to_string();
        assert!(error.contains("`KEYCLOAK_CLIENT_SECRET`"), "{error}");
        assert!(with(&[mode, ("KEYCLOAK_CLIENT_SECRET", "s")]).is_ok());
    }
}

#[cfg(not(feature = "insecure-dev"))]
#[test]
fn the_switches_cannot_be_turned_off_in_this_build() {
    for variable in ["KEYCLOAK_VERIFY_SIGNATURE", "ENABLE_KEYCLOAK_AUTH"] {
        assert!(with(&[(variable, "true")]).is_ok());
        let error = with(&[(variable, "false")]).expect_err("refused").to_string();
        assert!(
            error.contains(variable) && error.contains("insecure-dev"),
            "{error}"
        );
    }
}

#[cfg(feature = "insecure-dev")]
#[test]
fn a_switch_turned_off_stays_on_this_machine() {
    let beyond = "0.0.0.0:8080".parse().expect("an address");
    let loopback = "127.0.0.1:8080".parse().expect("an address");
    for variable in ["KEYCLOAK_VERIFY_SIGNATURE", "ENABLE_KEYCLOAK_AUTH"] {
        let config = with(&[(variable, "false")]).expect("this build allows it");
        assert!(config.check_bind(loopback).is_ok());
        assert!(
            config
                .check_bind(beyond)
                .expect_err("refused")
                .to_string()
                .contains(variable)
        );
    }
    assert!(with(&[]).expect("fine").check_bind(beyond).is_ok());
}

#[test]
fn row_104_no_message_and_no_debug_shows_a_secret() {
    let secret = "canary-of-the-secret";
    let config = with(&[("KEYCLOAK_CLIENT_SECRET", secret)]).expect("fine");
    assert!(!format!("{config:?}").contains(secret));
    let address = format!("https://user:{secret}@sso.example.com");
    let error = read(&[("KEYCLOAK_SERVER_URL", &address)]).expect_err("no users in addresses");
    assert!(!error.to_string().contains(secret) && !format!("{error:?}").contains(secret));
}

const PARTNER: Vars<'_> = &[
    ("RBAC_ISSUERS", "partner"),
    (
        "PARTNER_KEYCLOAK_ISSUER_URL",
        "https://sso.partner.example/realms/people",
    ),
    ("PARTNER_KEYCLOAK_CLIENT_ID", "shop"),
];

#[test]
fn a_further_issuer_has_the_variables_of_the_contract_behind_its_name() {
    let config = with(PARTNER).expect("fine");
    let issuers: Vec<&str> = config.issuers().collect();
    assert_eq!(
        issuers,
        [
            "https://sso.example.com/realms/myapp",
            "https://sso.partner.example/realms/people"
        ]
    );
    assert_eq!(
        (config.client_id(), config.further[0].client_id()),
        ("myapp-backend", "shop")
    );
    assert_eq!(config.further[0].audience(), ["shop"]);
    assert!(with(&[("RBAC_ISSUERS", "")]).expect("none").further.is_empty());
}

#[test]
fn what_is_wrong_with_a_further_issuer_is_said_with_its_prefix() {
    refused(
        &[
            PARTNER,
            &[
                ("KEYCLOAK_SERVER_URL", "https://a.example"),
                ("PARTNER_KEYCLOAK_CLOCK_SKEW", "x"),
            ],
        ]
        .concat(),
        "PARTNER_",
    );
    refused(
        &[
            ("KEYCLOAK_SERVER_URL", "https://a.example"),
            ("RBAC_ISSUERS", "partner"),
        ],
        "KEYCLOAK_SERVER_URL",
    );
    for names in ["a,,b", "a b", "é", "1a", ","] {
        refused(
            &[
                ("KEYCLOAK_SERVER_URL", "https://a.example"),
                ("RBAC_ISSUERS", names),
            ],
            "RBAC_ISSUERS",
        );
    }
}

#[test]
fn the_same_issuer_twice_stops_the_start() {
    let twice = [
        ("KEYCLOAK_ISSUER_URL", "https://a.example/realms/x"),
        ("RBAC_ISSUERS", "again"),
        ("AGAIN_KEYCLOAK_ISSUER_URL", "https://a.example/realms/x"),
    ];
    refused(&twice, "RBAC_ISSUERS");
}

#[test]
fn logout_tokens_are_taken_for_the_apis_client_or_those_that_are_named() {
    assert_eq!(with(&[]).expect("fine").logout_clients(), ["myapp-backend"]);
    let other = with(&[("KEYCLOAK_CLIENT_ID", "payroll")]).expect("fine");
    assert_eq!(other.logout_client("shop").logout_clients(), ["payroll", "shop"]);
    let named = with(&[("RBAC_LOGOUT_CLIENTS", "web, app")]).expect("fine");
    assert_eq!(named.logout_clients(), ["web", "app"]);
    for wrong in ["", ",", "web,,app"] {
        refused_beside_a_server("RBAC_LOGOUT_CLIENTS", wrong);
    }
}

#[test]
fn the_longest_life_of_a_token_is_between_a_minute_and_a_year() {
    let life = |text| with(&[("RBAC_MAX_TOKEN_LIFE", text)]).map(|config| config.limits.token_life.as_secs());
    assert_eq!(
        with(&[]).expect("fine").limits.token_life,
        Duration::from_secs(24 * 3600)
    );
    assert_eq!((life("60"), life("31622400")), (Ok(60), Ok(31_622_400)));
    for wrong in ["", "59", "31622401", "1h", "-60", " 60", "+60", "1e3"] {
        refused_beside_a_server("RBAC_MAX_TOKEN_LIFE", wrong);
    }
}

#[track_caller]
fn refused_beside_a_server(variable: &'static str, value: &str) {
    refused(
        &[
            ("KEYCLOAK_SERVER_URL", "https://sso.example.com"),
            (variable, value),
        ],
        variable,
    );
}

#[test]
fn the_token_cache_is_sized_or_off() {
    let tokens = |config: Config| config.limits.token_cache;
    assert_eq!(with(&[]).map(tokens), Ok(10_000));
    assert_eq!(with(&[("RBAC_TOKEN_CACHE", "off")]).map(tokens), Ok(0));
    assert_eq!(with(&[("RBAC_TOKEN_CACHE", "250000")]).map(tokens), Ok(250_000));
    assert_eq!(with(&[]).map(|config| tokens(config.token_cache(0))), Ok(0));
    assert_eq!(
        with(&[]).map(|config| tokens(config.token_cache(usize::MAX))),
        Ok(10_000_000)
    );
    for wrong in [
        "",
        "0",
        "-1",
        "+5",
        "1e4",
        "on",
        "OFF",
        "10000001",
        "99999999999999999999999",
    ] {
        let vars = [
            ("KEYCLOAK_SERVER_URL", "https://sso.example.com"),
            ("RBAC_TOKEN_CACHE", wrong),
        ];
        refused(&vars, "RBAC_TOKEN_CACHE");
    }
}
