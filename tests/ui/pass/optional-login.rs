//! An open handler authenticates nobody, or whoever wants to be: then no credentials pass, and bad ones do not.

use actix_web::{Responder, get, web};
use rbac_core::{Principal, public};
use rbac_tests::{FakeIssuer, TestApp};

#[public(reason = "the front page greets whoever is logged in")]
#[get("/greeting")]
async fn greeting(user: Option<Principal>) -> impl Responder {
    user.map_or_else(|| "stranger".to_owned(), |user| user.subject().to_owned())
}

#[get("/full-path")]
#[public(reason = "the same, below the route and by full paths")]
async fn full_path(user: ::core::option::Option<rbac_core::Principal>) -> impl Responder {
    user.map_or_else(|| "stranger".to_owned(), |user| user.subject().to_owned())
}

#[public(reason = "a probe must work without a token")]
#[get("/probe")]
async fn probe() -> impl Responder {
    "alive"
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(greeting).service(full_path).service(probe);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob"));
    for path in ["/greeting", "/full-path"] {
        assert_eq!(app.call("GET", path, &[], None).await.body, "stranger");
        assert_eq!(app.get(path, &bob).await.body, "id-of-bob");
        assert_eq!(app.get(path, "nonsense").await.status, 401);
    }
    assert_eq!(app.get("/probe", "nonsense").await.body, "alive");
}
