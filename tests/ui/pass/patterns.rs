//! `mut`, `_`, destructured and parenthesized arguments, and rules over what a pattern binds.

use actix_web::{Responder, get, post, web};
use rbac_core::{Principal, Verdict, require_permission};
use rbac_tests::{FakeIssuer, TestApp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Page {
    department: String,
    size: u8,
    #[serde(default)]
    marks: Vec<String>,
}

#[require_permission("data:read", scope("department", value = department), check = small(size))]
#[get("/page")]
async fn page(
    web::Query(Page {
        mut department,
        size,
        marks: _,
    }): web::Query<Page>,
    _: Principal,
) -> impl Responder {
    department.push('!');
    format!("{department} {size}")
}

async fn small(_: &Principal, size: &u8) -> Verdict {
    if *size < 100 {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

#[require_permission("data:read", scope("department", value = all.department))]
#[get("/whole")]
async fn whole(web::Query(all @ Page { .. }): web::Query<Page>) -> impl Responder {
    format!("{} {} {}", all.department, all.size, all.marks.len())
}

#[require_permission("data:write", scope("department", value = body.department))]
#[post("/mutable")]
async fn mutable(
    _user: Principal,
    mut body: web::Json<Page>,
    (_one, _two): (Option<Principal>, String),
) -> impl Responder {
    body.department.push('?');
    body.into_inner().department
}

#[require_permission("data:write", scope("department", value = {
    let Page { department, .. } = &*body;
    department.trim()
}))]
#[post("/block")]
async fn block(body: web::Json<Page>) -> impl Responder {
    body.into_inner().department
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(page)
        .service(whole)
        .service(mutable)
        .service(block);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let claims = issuer.claims("dave").roles(&["data:read", "data:write"]);
    let dave = issuer.sign(&claims.departments(&["finance"]));
    assert_eq!(
        app.get("/page?department=finance&size=7", &dave).await.body,
        "finance! 7"
    );
    assert_eq!(app.get("/page?department=hr&size=7", &dave).await.status, 403);
    assert_eq!(
        app.get("/page?department=finance&size=200", &dave).await.status,
        403
    );
    assert_eq!(
        app.get("/whole?department=finance&size=7", &dave).await.body,
        "finance 7 0"
    );
    assert_eq!(app.get("/whole?department=hr&size=7", &dave).await.status, 403);
    let (finance, hr) = (
        r#"{"department": "finance", "size": 1}"#,
        r#"{"department": "hr", "size": 1}"#,
    );
    assert_eq!(app.post("/block", &dave, finance).await.body, "finance");
    assert_eq!(app.post("/block", &dave, hr).await.status, 403);
    // Only the first of two extractors gets the body, and the second then sees an empty one.
    assert_eq!(app.post("/mutable", &dave, finance).await.body, "finance?");
    assert_eq!(app.post("/mutable", &dave, hr).await.status, 403);
}
