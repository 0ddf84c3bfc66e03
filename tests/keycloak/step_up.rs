//! Step-up (RFC 9470) with a real Keycloak: what the challenge names, asked of the issuer, opens the handler.

use std::time::Duration;

use actix_web::{Responder, get, web};
use libtest_mimic::Trial;
use rbac_core::{Config, authenticated};
use rbac_tests::TestApp;
use rbac_tests::live::browser::{Browser, CHALLENGE, VERIFIER, parameter};
use rbac_tests::live::issuer::{Issuer, unverified_payload};
use serde_json::json;
use url::Url;

use crate::scenes::audience_mapper;
use crate::server::Keycloak;
use crate::step_up_realm::{self, CLIENT, REALM, REDIRECT};
use crate::{Live, started};

#[authenticated(acr = "gold")]
#[get("/gold")]
async fn gold() -> impl Responder {
    "gold"
}

#[authenticated(acr = "silver")]
#[get("/silver")]
async fn silver() -> impl Responder {
    "silver"
}

#[authenticated(max_age = "3s")]
#[get("/recent")]
async fn recent() -> impl Responder {
    "recent"
}

fn handlers(services: &mut web::ServiceConfig) {
    services.service(gold).service(silver).service(recent);
}

pub(crate) fn trials(keycloak: &Live) -> Vec<Trial> {
    macro_rules! cases {
        ($($name:ident),* $(,)?) => {
            vec![$({
                let keycloak = keycloak.clone();
                let run = move || {
                    let keycloak = started(&keycloak);
                    // The application under test needs Actix's own runtime.
                    actix_web::rt::System::new().block_on($name(keycloak));
                    Ok(())
                };
                Trial::test(stringify!($name), run).with_kind("step-up, real Keycloak")
            }),*]
        };
    }
    cases![
        the_acr_that_the_challenge_names_is_what_keycloak_steps_up_to,
        the_max_age_that_the_challenge_names_makes_keycloak_ask_again,
        a_clients_own_map_names_the_level_of_its_tokens,
    ]
}

async fn protected(issuer: &Issuer) -> TestApp {
    let url = issuer.url().to_owned();
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| url.clone()));
    TestApp::start_configured(config.expect("a configuration"), handlers).await
}

async fn the_acr_that_the_challenge_names_is_what_keycloak_steps_up_to(keycloak: &Keycloak) {
    step_up_realm::put(&keycloak.admin().await).await;
    let issuer = keycloak.realm(REALM);
    let (app, mut browser) = (protected(&issuer).await, Browser::default());
    let token = login(&issuer, &mut browser, ("acr_values", "silver")).await;
    assert_eq!(unverified_payload(&token)["acr"], "silver");
    assert_eq!(app.get("/silver", &token).await.status, 200);
    let refused = app.get("/gold", &token).await;
    let challenge = r#"Bearer realm="step-up", error="insufficient_user_authentication", acr_values="gold""#;
    assert_eq!((refused.status, refused.challenge()), (401, challenge));

    // The client does as it was told, in the session that it has: Keycloak asks for more.
    let asked = named(refused.challenge(), "acr_values");
    let stronger = login(&issuer, &mut browser, ("acr_values", &asked)).await;
    let (before, after) = (unverified_payload(&token), unverified_payload(&stronger));
    assert_eq!((&after["acr"], &after["sid"]), (&json!("gold"), &before["sid"]));
    assert_eq!(app.get("/gold", &stronger).await.status, 200);
    assert_eq!(
        app.get("/gold", &token).await.status,
        401,
        "the old token is what it was"
    );
    // One class is named, and another one is not it, be it a stronger one.
    assert_eq!(app.get("/silver", &stronger).await.status, 401);
}

async fn the_max_age_that_the_challenge_names_makes_keycloak_ask_again(keycloak: &Keycloak) {
    step_up_realm::put(&keycloak.admin().await).await;
    let issuer = keycloak.realm(REALM);
    let (app, mut browser) = (protected(&issuer).await, Browser::default());
    let token = login(&issuer, &mut browser, ("acr_values", "silver")).await;
    assert_eq!(app.get("/recent", &token).await.status, 200, "just logged in");
    let refused = loop {
        let answer = app.get("/recent", &token).await;
        if answer.status != 200 {
            break answer;
        }
        // Time itself is what is waited for: the issuer's clock is not the test's to move.
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let challenge = r#"Bearer realm="step-up", error="insufficient_user_authentication", max_age="3""#;
    assert_eq!((refused.status, refused.challenge()), (401, challenge));
    let asked = named(refused.challenge(), "max_age");
    let newer = login(&issuer, &mut browser, ("max_age", &asked)).await;
    let (before, after) = (unverified_payload(&token), unverified_payload(&newer));
    assert!(after["auth_time"].as_u64() > before["auth_time"].as_u64());
    assert_eq!(app.get("/recent", &newer).await.status, 200);
    // A login without a browser has no time, and so is never recent.
    let form = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("username", "bob"),
        ("password", "bob-pw"),
    ];
    let timeless = issuer.tokens(&form).await.access;
    assert!(unverified_payload(&timeless)["auth_time"].is_null());
    assert_eq!(app.get("/recent", &timeless).await.status, 401);
}

async fn a_clients_own_map_names_the_level_of_its_tokens(keycloak: &Keycloak) {
    let (admin, issuer) = (keycloak.admin().await, keycloak.issuer());
    let app = protected(&issuer).await;
    for (map, acr, expected) in [
        (r#"{"gold":1}"#, "gold", 200),
        (r#"{"silver":1,"gold":2}"#, "silver", 401),
    ] {
        let client =
            json!({"attributes": {"acr.loa.map": map}, "protocolMappers": [audience_mapper("true")]});
        admin.put_client("levels", client).await;
        let token = issuer.login_through("levels", "bob").await.access;
        assert_eq!(unverified_payload(&token)["acr"], acr);
        assert_eq!(app.get("/gold", &token).await.status, expected, "{map}");
    }
    // Without a map, Keycloak calls the level of a password `1`.
    let token = issuer.login("bob").await.access;
    assert_eq!(unverified_payload(&token)["acr"], "1");
    assert_eq!(app.get("/gold", &token).await.status, 401);
}

/// A login in the browser, with one parameter more. Fails the test unless Keycloak asks for the password.
async fn login(issuer: &Issuer, browser: &mut Browser, parameter_more: (&str, &str)) -> String {
    let mut address = Url::parse(&issuer.endpoint("auth")).expect("an address");
    let usual = [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    address
        .query_pairs_mut()
        .extend_pairs(usual.iter().chain([&parameter_more]));
    let page = browser.open(address).await;
    assert_eq!(page.status, 200, "a page that asks: {}", page.body);
    let form = [("username", "bob"), ("password", "bob-pw")];
    let answer = browser.submit(issuer.url(), &page, &form).await;
    let code = parameter(&answer, "code").unwrap_or_else(|| panic!("no code: {}", answer.body));
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    issuer.tokens(&form).await.access
}

/// The value of a parameter of a challenge.
fn named(challenge: &str, name: &str) -> String {
    let rest = challenge
        .split_once(&format!("{name}=\""))
        .expect("the parameter")
        .1;
    rest.split_once('"').expect("its end").0.to_owned()
}
