//! Row 77 as a property: the decision is over the value that the handler gets, whichever of Actix's readers it uses.

use actix_web::http::Uri;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpRequest, Responder, get, web};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rbac_core::testing::signing::SigningKey;
use rbac_core::{Algorithm, authenticated};
use rbac_tests::{FakeIssuer, TestApp};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Named {
    department: String,
}

/// All that a handler can see of the parameter.
#[authenticated(scope = "department")]
#[get("/departments/{department}/records")]
async fn records(path: web::Path<String>, named: web::Path<Named>, request: HttpRequest) -> impl Responder {
    // Here Actix leaves a plus sign encoded, and nothing else that is let in.
    let raw = request
        .match_info()
        .get("department")
        .unwrap_or_default()
        .replace("%2B", "+")
        .replace("%2b", "+");
    web::Json(json!([path.into_inner(), named.department, raw]))
}

#[derive(Deserialize)]
struct Filter {
    dept: String,
}

#[authenticated(scope("department", query = "dept"))]
#[get("/records")]
async fn by_query(filter: web::Query<Filter>, map: web::Query<Vec<(String, String)>>) -> impl Responder {
    let listed = map
        .iter()
        .find(|(name, _)| name == "dept")
        .map(|(_, value)| value.clone());
    web::Json(json!([filter.dept, listed.unwrap_or_default()]))
}

fn handlers(services: &mut web::ServiceConfig) {
    services.service(records).service(by_query);
}

/// A character, and how it is written: as it is, once or twice percent-encoded, in either case.
#[derive(Clone, Copy, Debug)]
enum Written {
    Plain,
    Upper,
    Lower,
    Twice,
    /// A percent sign with a digit that is itself encoded, which a reader who decodes twice takes for an escape.
    Broken,
}

const CHARACTERS: [&str; 20] = [
    "a", "b", "Z", "7", "-", "~", "é", "ﬁ", " ", "+", ";", ".", "/", "\\", "%", "\0", "\n", "\u{FFFD}", "*",
    ":",
];

fn text() -> impl Strategy<Value = Vec<(&'static str, Written)>> {
    let how = prop_oneof![
        4 => Just(Written::Plain), 3 => Just(Written::Upper), 2 => Just(Written::Lower), 1 => Just(Written::Twice), 1 => Just(Written::Broken)
    ];
    // The harmless ones more often, so that many a request is let in.
    let character = prop_oneof![
        4 => prop::sample::select(&CHARACTERS[..8]), 1 => prop::sample::select(&CHARACTERS[..])
    ];
    vec((character, how), 1..6)
}

fn written(text: &[(&str, Written)]) -> String {
    let encoded = |character: &str, lower: bool| -> String {
        let byte = |byte: u8| {
            if lower {
                format!("%{byte:02x}")
            } else {
                format!("%{byte:02X}")
            }
        };
        character.bytes().map(byte).collect()
    };
    let one = |(character, how): &(&str, Written)| match how {
        Written::Plain => (*character).to_owned(),
        Written::Upper => encoded(character, false),
        Written::Lower => encoded(character, true),
        Written::Twice => encoded(character, false).replace('%', "%25"),
        Written::Broken => character
            .bytes()
            .map(|byte| {
                format!(
                    "%{:x}%{:02x}",
                    byte >> 4,
                    b"0123456789abcdef"[usize::from(byte & 15)]
                )
            })
            .collect(),
    };
    text.iter().map(one).collect()
}

/// Whether every reader finds the same one segment in it.
fn is_clear(text: &[(&str, Written)]) -> bool {
    let value: String = text.iter().map(|(character, _)| *character).collect();
    let one = |(character, how): &(&str, Written)| {
        let harmless = character.chars().all(char::is_alphanumeric) || "-~".contains(character);
        let is_plain = matches!(how, Written::Plain);
        (harmless && !matches!(how, Written::Twice | Written::Broken) && (character.is_ascii() || !is_plain))
            || (" +".contains(character) && matches!(how, Written::Upper | Written::Lower))
    };
    text.iter().all(one) && value != "." && value != ".."
}

#[actix_web::test]
async fn row_77_whoever_is_let_in_sees_a_value_of_their_own() {
    let issuer = FakeIssuer::start_with(SigningKey::generate(Algorithm::EdDsa).key_id("k1"));
    let rbac = TestApp::start(&issuer, handlers).await.rbac;
    let app = init_service(App::new().app_data(rbac).configure(handlers)).await;
    let mut runner = TestRunner::deterministic();
    let (mut let_in, mut kept_out) = (0, 0);
    for _ in 0..3_000 {
        let case = (text(), text(), any::<bool>(), any::<bool>())
            .new_tree(&mut runner)
            .expect("a case");
        let (asked, other, mine, in_path) = case.current();
        let own: String = if mine { &asked } else { &other }
            .iter()
            .map(|(character, _)| *character)
            .collect();
        let target = if in_path {
            format!("/departments/{}/records", written(&asked))
        } else {
            format!("/records?dept={}", written(&asked))
        };
        if target.parse::<Uri>().is_err() {
            continue;
        }
        let token = issuer.sign(&issuer.claims("bob").departments(&[&own]));
        let request =
            TestRequest::with_uri(&target).insert_header(("Authorization", format!("Bearer {token}")));
        let response = call_service(&app, request.to_request()).await;
        if response.status() == 200 {
            let_in += 1;
            let seen: Value = serde_json::from_slice(&read_body(response).await).expect("JSON");
            let all_mine = seen
                .as_array()
                .expect("a list")
                .iter()
                .all(|value| *value == json!(own));
            assert!(
                all_mine,
                "{target}: the caller's is {own:?}, the handler sees {seen}"
            );
        } else {
            kept_out += 1;
            assert!(!(mine && is_clear(&asked)), "{target}: {}", response.status());
        }
    }
    assert!(
        let_in > 200 && kept_out > 200,
        "{let_in} {kept_out}: the cases are too much of one kind"
    );
}
