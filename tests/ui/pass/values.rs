//! What `value = ..` may be: strings, numbers, options, lists, calls, and ids of one's own.

use std::borrow::Cow;

use actix_web::{Responder, post, web};
use rbac_core::{BoundaryValue, require_permission};
use rbac_tests::{FakeIssuer, TestApp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    tenant: Tenant,
    number: Option<u32>,
    departments: Vec<String>,
    site: Site,
}

#[derive(Deserialize)]
struct Site {
    name: String,
}

#[derive(Deserialize)]
struct Tenant(String);

impl BoundaryValue for Tenant {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        values.push(Cow::Borrowed(&self.0));
    }
}

fn normalized(name: &str) -> String {
    name.trim().to_lowercase()
}

#[require_permission("orders:write", scope("department", value = body.tenant))]
#[post("/own")]
async fn own(body: web::Json<Order>) -> impl Responder {
    body.into_inner().tenant.0
}

#[require_permission("orders:write", scope("department", value = body.number))]
#[post("/number")]
async fn number(body: web::Json<Order>) -> impl Responder {
    format!("{:?}", body.number)
}

#[require_permission("orders:write", scope = "department", value = body.departments)]
#[post("/list")]
async fn list(body: web::Json<Order>) -> impl Responder {
    body.into_inner().departments.join(",")
}

#[require_permission("orders:write", scope("department", value = normalized(&body.site.name)))]
#[post("/call")]
async fn call(body: web::Json<Order>) -> impl Responder {
    body.into_inner().site.name
}

#[require_permission("orders:write", scope("department", value = format!("{path}")))]
#[post("/captured/{name}")]
async fn captured(path: web::Path<String>) -> impl Responder {
    path.into_inner()
}

#[require_permission("orders:write", scope("department", value = *path), scope("department", value = body.site.name.as_str()))]
#[post("/both/{name}")]
async fn both(path: web::Path<String>, body: web::Json<Order>) -> impl Responder {
    format!("{path} {}", body.site.name)
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(own)
        .service(number)
        .service(list)
        .service(call)
        .service(captured)
        .service(both);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let claims = issuer.claims("dave").roles(&["orders:write"]);
    let dave = issuer.sign(&claims.departments(&["it", "hr", "7"]));
    let order = |tenant: &str, count: &str, departments: &str, site: &str| {
        format!(
            r#"{{"tenant": "{tenant}", "number": {count}, "departments": {departments}, "site": {{"name": "{site}"}}}}"#
        )
    };
    let good = order("it", "7", r#"["it", "hr"]"#, " HR ");
    for path in ["/own", "/number", "/list", "/call"] {
        assert_eq!(app.post(path, &dave, &good).await.status, 200, "{path}");
    }
    for (path, bad) in [
        ("/own", order("finance", "7", "[]", "it")),
        ("/own", order("", "7", "[]", "it")),
        ("/number", order("it", "8", "[]", "it")),
        ("/number", order("it", "null", "[]", "it")),
        ("/list", order("it", "7", r#"["it", "finance"]"#, "it")),
        ("/list", order("it", "7", "[]", "it")),
        ("/call", order("it", "7", "[]", "finance")),
    ] {
        assert_eq!(app.post(path, &dave, &bad).await.status, 403, "{path} {bad}");
    }
    assert_eq!(app.post("/captured/it", &dave, "").await.status, 200);
    assert_eq!(app.post("/captured/finance", &dave, "").await.status, 403);
    let at = |site| order("it", "7", "[]", site);
    assert_eq!(app.post("/both/it", &dave, &at("hr")).await.status, 200);
    assert_eq!(app.post("/both/it", &dave, &at("finance")).await.status, 403);
    assert_eq!(app.post("/both/finance", &dave, &at("it")).await.status, 403);
}
