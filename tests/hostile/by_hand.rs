//! The runtime without the attribute in front: what the expansion would have to forget opens nothing.

use actix_web::{HttpResponse, web};
use rbac_core::__private::{Boundary, Call, Condition, Requirement, Rule, Site};
use rbac_tests::{FakeIssuer, TestApp};

const fn rule(handler: &'static str, requirement: Requirement) -> Rule {
    Rule::protected(Site::new(handler, "by_hand", file!(), 1, &[]), requirement)
}

static BOUNDARY: Rule = rule(
    "boundary",
    Requirement::new(Condition::authenticated())
        .boundaries(const { &[Boundary::argument("department", "body.department")] }),
);
static CHECK: Rule = rule(
    "check",
    Requirement::new(Condition::authenticated()).checks(const { &["may_see"] }),
);
static PLAIN: Rule = rule("plain", Requirement::new(Condition::authenticated()));

async fn handler() -> &'static str {
    "ran"
}

async fn run(call: Call, rule: &'static Rule) -> HttpResponse {
    call.run(rule, handler).await
}

fn handlers(services: &mut web::ServiceConfig) {
    services
        .route("/boundary", web::get().to(|call: Call| run(call, &BOUNDARY)))
        .route("/check", web::get().to(|call: Call| run(call, &CHECK)))
        .route("/plain", web::get().to(|call: Call| run(call, &PLAIN)));
}

#[actix_web::test]
async fn a_rule_over_arguments_that_nobody_decides_denies() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    let token = issuer.sign(&issuer.claims("bob").departments(&["finance"]));
    for path in ["/boundary", "/check"] {
        let answer = app.get(path, &token).await;
        assert_eq!(
            (answer.status, answer.body.contains("ran")),
            (500, false),
            "{path}"
        );
    }
    let answer = app.get("/plain", &token).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ran"));
    assert_eq!(app.call("GET", "/plain", &[], None).await.status, 401);
}
