//! The handlers under test.

use actix_web::{HttpResponse, Responder, get, post, web};
use rbac_core::policy::{Boundary, Condition, Requirement};
use rbac_core::{Authorized, CheckError, Principal, Protect, Verdict};
use rbac_core::{authenticated, public, require_permission, require_role};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Record {
    pub(crate) title: String,
}

#[derive(Deserialize)]
pub(crate) struct Report {
    pub(crate) department: String,
    pub(crate) title: Option<String>,
}

#[public(reason = "a probe must work without a token")]
#[get("/open")]
async fn open() -> impl Responder {
    "open"
}

#[authenticated]
#[get("/me")]
async fn me(user: Principal) -> impl Responder {
    user.subject().to_owned()
}

#[require_permission("data:read")]
#[get("/read")]
async fn read() -> impl Responder {
    "read"
}

#[get("/below")]
#[require_permission("data:read")]
async fn below() -> impl Responder {
    "below"
}

#[require_permission("data:write", scope = "department")]
#[post("/departments/{department}/data")]
async fn write(
    user: Principal,
    path: web::Path<String>,
    body: web::Json<Record>,
) -> Result<impl Responder, actix_web::Error> {
    let (department, title) = (path.into_inner(), &body.title);
    Ok(HttpResponse::Created().body(format!("{} wrote {title} in {department}", user.subject())))
}

#[require_permission("data:read", scope = "department")]
#[get("/departments/{department}")]
async fn read_department(path: web::Path<String>) -> impl Responder {
    path.into_inner()
}

#[require_permission("data:read", scope("department", path = "dept"))]
#[get("/depts/{dept}/{id}")]
async fn renamed(path: web::Path<(String, u32)>) -> impl Responder {
    path.0.clone()
}

#[derive(Deserialize)]
pub(crate) struct Filter {
    dept: Option<String>,
}

#[require_permission("data:read", scope("department", query = "dept"))]
#[get("/by-query")]
async fn by_query(filter: web::Query<Filter>) -> impl Responder {
    filter.into_inner().dept.unwrap_or_default()
}

#[require_permission("data:read", scope("department", header = "X-Department"))]
#[get("/by-header")]
async fn by_header() -> impl Responder {
    "by header"
}

#[require_permission("reports:generate", scope("department", value = body.department))]
#[post("/reports")]
async fn report(body: web::Json<Report>) -> impl Responder {
    HttpResponse::Created().body(format!(
        "{}: {}",
        body.department,
        body.title.as_deref().unwrap_or_default()
    ))
}

#[require_permission(any("data:read", role("auditor")))]
#[get("/any")]
async fn any_of() -> impl Responder {
    "any"
}

#[require_permission(all("data:read", any("data:write", role("auditor", client = "crm"))))]
#[get("/nested")]
async fn nested() -> impl Responder {
    "nested"
}

#[require_role("auditor")]
#[get("/auditor")]
async fn auditor() -> impl Responder {
    "auditor"
}

#[require_role("admin")]
#[get("/admin")]
async fn admin() -> impl Responder {
    "admin"
}

#[require_permission("data:read", admin_bypass = false)]
#[get("/no-bypass")]
async fn no_bypass() -> impl Responder {
    "no bypass"
}

#[require_role("auditor")]
#[require_permission("data:read")]
#[get("/stacked")]
async fn stacked() -> impl Responder {
    "stacked"
}

async fn owns(user: &Principal, owner: &web::Path<String>) -> Result<Verdict, CheckError> {
    match owner.as_str() {
        "broken" => Err(std::io::Error::other("the store broke").into()),
        "away" => Err(CheckError::unavailable("the store is away")),
        "secret" => Ok(Verdict::Hide),
        owner if Some(owner) == user.username() => Ok(Verdict::Allow),
        _ => Ok(Verdict::Deny),
    }
}

#[authenticated(check = owns(owner))]
#[get("/things/{owner}")]
async fn thing(owner: web::Path<String>) -> impl Responder {
    owner.into_inner()
}

#[require_permission("users:manage", fresh)]
#[get("/fresh")]
async fn fresh() -> impl Responder {
    "fresh"
}

#[require_permission("data:read", acr = "gold", max_age = "5m")]
#[get("/gold")]
async fn gold() -> impl Responder {
    "gold"
}

/// Not an annotated handler: the extractor is the rule.
async fn extracted(user: Authorized<ReadWithin>) -> impl Responder {
    user.principal().subject().to_owned()
}

pub(crate) struct ReadWithin;

impl Protect for ReadWithin {
    const REQUIREMENT: Requirement = Requirement::new(Condition::permission("data:read"))
        .boundaries(const { &[Boundary::path("department", "department")] });
}

/// A rule whose parameter the route does not have: the programmer's error.
#[get("/mistaken/{dept}")]
#[require_permission("data:read", scope = "department")]
async fn mistaken() -> impl Responder {
    "mistaken"
}

pub(crate) fn all(services: &mut web::ServiceConfig) {
    services
        .service(open)
        .service(me)
        .service(read)
        .service(below)
        .service(write)
        .service(read_department);
    services
        .service(renamed)
        .service(by_query)
        .service(by_header)
        .service(report)
        .service(any_of);
    services
        .service(nested)
        .service(auditor)
        .service(admin)
        .service(no_bypass)
        .service(stacked);
    services
        .service(thing)
        .service(fresh)
        .service(gold)
        .service(mistaken);
    services.route("/extracted/{department}", web::get().to(extracted));
    services.route(
        "/plain",
        web::get().to(|user: Principal| async move { user.subject().to_owned() }),
    );
}
