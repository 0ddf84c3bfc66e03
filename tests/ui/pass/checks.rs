//! Checks over the principal and the handler's arguments: allow, deny, hide, fail; the admin passes.

use actix_web::{Responder, get, web};
use rbac_core::{CheckError, Principal, Verdict, require_permission};
use rbac_tests::{FakeIssuer, TestApp};

struct Reports(Vec<&'static str>);

mod checks {
    use super::*;

    pub async fn may_see(user: &Principal, reports: &Reports, id: &usize) -> Result<Verdict, CheckError> {
        match reports.0.get(*id) {
            Some(&"broken") => Err(CheckError::unavailable("the database is down")),
            Some(department) if user.may_act_within("department", *department) => Ok(Verdict::Allow),
            _ => Ok(Verdict::Hide),
        }
    }

    pub async fn even(_: &Principal, id: &usize) -> Verdict {
        if id % 2 == 0 {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

#[require_permission("data:read", check = checks::may_see(reports, *id))]
#[get("/one/{id}")]
async fn one(reports: web::Data<Reports>, id: web::Path<usize>) -> impl Responder {
    reports.0[*id]
}

#[require_permission("data:read", check = checks::even(id), check = checks::may_see(reports, *id))]
#[get("/two/{id}")]
async fn two(reports: web::Data<Reports>, id: web::Path<usize>) -> impl Responder {
    reports.0[*id]
}

#[require_permission("data:read", check = checks::even(id), admin_bypass = false)]
#[get("/strict/{id}")]
async fn strict(id: web::Path<usize>) -> impl Responder {
    id.to_string()
}

fn configure(config: &mut web::ServiceConfig) {
    config.app_data(web::Data::new(Reports(vec![
        "finance", "finance", "hr", "broken",
    ])));
    config.service(one).service(two).service(strict);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(
        &issuer
            .claims("bob")
            .roles(&["data:read"])
            .departments(&["finance"]),
    );
    let admin = issuer.sign(
        &issuer
            .claims("alice")
            .realm_roles(&["admin"])
            .roles(&["data:read"]),
    );
    for (path, bobs, admins) in [
        ("/one/0", 200, 200),
        ("/one/1", 200, 200),
        ("/one/2", 404, 200),
        ("/one/3", 503, 200),
        ("/two/0", 200, 200),
        ("/two/1", 403, 200),
        ("/two/2", 404, 200),
        ("/strict/1", 403, 403),
        ("/strict/2", 200, 200),
    ] {
        assert_eq!(app.get(path, &bob).await.status, bobs, "bob {path}");
        assert_eq!(app.get(path, &admin).await.status, admins, "admin {path}");
    }
}
