//! A request's target, through Actix's own routing, to a decision. Input: the path's segment, and after the first `?` the
//! query.
#![no_main]

use std::cell::RefCell;

use actix_web::http::Uri;
use actix_web::rt::SystemRunner;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpRequest, HttpResponse, web};
use libfuzzer_sys::fuzz_target;
use rbac_core::Principal;
use rbac_core::policy::{Boundary, Condition, Requirement, decide};
use rbac_core::testing::principal;

const BY_PATH: Requirement = Requirement::new(Condition::authenticated())
    .boundaries(const { &[Boundary::path("department", "department")] });
const BY_QUERY: Requirement = Requirement::new(Condition::authenticated())
    .boundaries(const { &[Boundary::query("department", "dept")] });

/// Somebody whose department is exactly `value`.
fn member_of(value: &str) -> Principal {
    principal("somebody").attribute("department", &[value]).build()
}

fn may(request: &HttpRequest, requirement: &Requirement, value: &str) -> bool {
    let Ok(facts) = rbac_core::fuzzing::facts(request, requirement) else {
        return false;
    };
    decide(&member_of(value), requirement, &facts).is_allow()
}

#[derive(serde::Deserialize)]
struct Query {
    dept: Option<String>,
}

/// A handler that sees the request with each of Actix's readers.
async fn probe(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let seen = path.into_inner();
    // Another reader of the same request must not find another value in what was let in.
    if may(&request, &BY_PATH, &seen) {
        // There Actix leaves a plus sign encoded, and nothing else that is let in.
        let raw = request.match_info().get("department").unwrap_or_default();
        assert_eq!(raw.replace("%2B", "+").replace("%2b", "+"), seen);
        assert!(!seen.is_empty() && !seen.contains(['/', '\\', '%', '\0', '\u{FFFD}']));
    }
    for other in ["finance", "", "a/b", "*", "..", "\u{FFFD}"] {
        assert!(
            other == seen || !may(&request, &BY_PATH, other),
            "let in for {other:?}, seen as {seen:?}"
        );
    }
    if let Ok(query) = web::Query::<Query>::from_query(request.query_string()) {
        let seen = query.dept.clone().unwrap_or_default();
        for other in ["finance", "", "\u{FFFD}"] {
            assert!(
                other == seen || !may(&request, &BY_QUERY, other),
                "let in for {other:?}, seen as {seen:?}"
            );
        }
    } else {
        assert!(
            !may(&request, &BY_QUERY, "finance"),
            "let in where the handler's own reader refuses"
        );
    }
    HttpResponse::Ok().finish()
}

type Call = Box<dyn Fn(&SystemRunner, actix_http::Request)>;

thread_local! {
    static RUNTIME: SystemRunner = actix_web::rt::System::new();
    static APP: RefCell<Option<Call>> = const { RefCell::new(None) };
}

fuzz_target!(|input: &str| {
    let (segment, query) = input.split_once('?').unwrap_or((input, ""));
    let target = format!("/departments/{segment}?{query}");
    if target.parse::<Uri>().is_err() {
        return;
    }
    let request = TestRequest::with_uri(&target).to_request();
    RUNTIME.with(|runtime| {
        APP.with_borrow_mut(|app| {
            let app = app.get_or_insert_with(|| {
                let route = App::new().route("/departments/{department}", web::get().to(probe));
                let service = runtime.block_on(init_service(route));
                Box::new(move |runtime, request| {
                    let answer = runtime.block_on(actix_web::dev::Service::call(&service, request));
                    assert!(answer.is_ok());
                })
            });
            app(runtime, request);
        });
    });
});
