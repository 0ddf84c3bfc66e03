//! Arguments that only the rule uses, and one that is called like its handler.

#![deny(warnings)]

use actix_web::{Responder, get, web};
use rbac_core::{Principal, Verdict, require_permission};
use rbac_tests::{FakeIssuer, TestApp};

#[require_permission("data:read", scope("department", value = department))]
#[get("/same/{department}")]
async fn department(department: web::Path<String>) -> impl Responder {
    department.into_inner()
}

#[require_permission("data:read", scope("department", value = path.0), check = known(names, path.1))]
#[get("/rule/{department}/{name}")]
async fn rule_alone(path: web::Path<(String, String)>, names: web::Data<Vec<String>>) -> impl Responder {
    "nothing but the rule looks at the arguments"
}

async fn known(_: &Principal, names: &[String], name: &String) -> Verdict {
    if names.contains(name) {
        Verdict::Allow
    } else {
        Verdict::Hide
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config.app_data(web::Data::new(vec!["q3".to_owned()]));
    config.service(department).service(rule_alone);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]).departments(&["it"]));
    assert_eq!(app.get("/same/it", &bob).await.body, "it");
    assert_eq!(app.get("/same/hr", &bob).await.status, 403);
    assert_eq!(app.get("/rule/it/q3", &bob).await.status, 200);
    assert_eq!(app.get("/rule/hr/q3", &bob).await.status, 403);
    assert_eq!(app.get("/rule/it/q4", &bob).await.status, 404);
}
