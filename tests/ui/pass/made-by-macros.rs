//! Handlers that a macro by example writes, with pieces from its caller.

#![deny(warnings)]

use actix_web::{Responder, get, web};
use rbac_core::{Permission, require_permission, require_role};
use rbac_tests::{FakeIssuer, TestApp};

macro_rules! reader {
    ($name:ident, $path:literal, $permission:literal, $argument:ident, $value:expr) => {
        #[require_permission($permission, scope("department", value = $value))]
        #[get($path)]
        async fn $name($argument: web::Path<String>) -> impl Responder {
            $argument.into_inner()
        }
    };
}

reader!(first, "/first/{name}", "data:read", path, path.as_str());

macro_rules! with_own_argument {
    ($name:ident, $permission:path) => {
        #[require_permission($permission, scope("department", value = *path))]
        #[require_role("auditor")]
        async fn $name(path: web::Path<String>) -> impl Responder {
            path.into_inner()
        }
    };
}

const DATA_READ: Permission = Permission::new("data:read");

with_own_argument!(second, DATA_READ);

macro_rules! whole {
    ($($item:item)*) => { $($item)* };
}

whole! {
    #[require_permission("data:read", scope = "name")]
    #[get("/third/{name}")]
    async fn third(name: web::Path<String>) -> impl Responder {
        name.into_inner()
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(first)
        .route("/second/{name}", web::get().to(second))
        .service(third);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let claims = issuer
        .claims("bob")
        .roles(&["data:read"])
        .realm_roles(&["auditor"]);
    let bob = issuer.sign(&claims.departments(&["it"]).with("name", "it"));
    for path in ["/first", "/second"] {
        assert_eq!(app.get(&format!("{path}/it"), &bob).await.status, 200, "{path}");
        assert_eq!(app.get(&format!("{path}/hr"), &bob).await.status, 403, "{path}");
    }
    assert_eq!(app.get("/third/hr", &bob).await.status, 403);
}
