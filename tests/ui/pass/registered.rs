//! Every rule is in the list: where it stands, what it says, and the routes in sight.

use actix_web::{Responder, get, post, routes, web};
use rbac_core::{Access, Permission, Rule, public, require_permission, require_role, rules};

mod perms {
    use super::Permission;

    pub const WRITE: Permission = Permission::new("data:write");
}

#[require_permission(
    any(perms::WRITE, all("data:read", role("a\"b")), role("auditor", client = "crm")),
    scope = "department",
    scope("site", query = "s"),
    scope("tenant", header = "X-Tenant"),
    scope("owner", value = body.trim()),
    check = looks_good(body),
    admin_bypass = false,
    fresh,
    acr = "gold",
    max_age = "2h"
)]
#[post("/{department}/everything")]
async fn everything(body: String) -> impl Responder {
    body
}

async fn looks_good(_: &rbac_core::Principal, _: &String) -> rbac_core::Verdict {
    rbac_core::Verdict::Allow
}

#[require_role("auditor", client = "crm")]
#[routes]
#[get("/one")]
#[post("/two")]
async fn many() -> impl Responder {
    "many"
}

#[get("/open")]
#[public(reason = "a probe")]
async fn open(_user: Option<rbac_core::Principal>) -> impl Responder {
    "open"
}

#[rbac_core::authenticated(fresh = false, admin_bypass = true)]
async fn never_registered_as_a_service() -> impl Responder {
    "never"
}

fn rule(handler: &str) -> &'static Rule {
    rules()
        .into_iter()
        .find(|rule| rule.site().handler() == handler)
        .unwrap()
}

fn requirement(handler: &str) -> String {
    match rule(handler).access() {
        Access::Protected(requirement) => requirement.to_string(),
        other => panic!("{other:?}"),
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config.service(everything).service(open);
}

fn main() {
    let _ = (configure, many, never_registered_as_a_service);
    let written = r#"any("data:write", all("data:read", role("a\"b")), role("auditor", client = "crm")), scope = "department", scope("site", query = "s"), scope("tenant", header = "X-Tenant"), scope("owner", value = body.trim()), check = looks_good, admin_bypass = false, fresh, acr = "gold", max_age = "7200s""#;
    assert_eq!(requirement("everything"), written);
    assert_eq!(requirement("many"), r#"role("auditor", client = "crm")"#);
    assert_eq!(requirement("never_registered_as_a_service"), "authenticated");
    let Access::Public {
        reason,
        optional_login,
        ..
    } = rule("open").access()
    else {
        panic!()
    };
    assert_eq!((*reason, *optional_login), ("a probe", true));

    let site = rule("everything").site();
    assert_eq!(site.line(), 12);
    assert!(site.file().ends_with("registered.rs"));
    assert!(module_path!().starts_with(site.module()));
    let routes = |handler| {
        let routes = rule(handler).site().routes().iter();
        routes
            .map(|route| format!("{} {}", route.method(), route.path()))
            .collect::<Vec<_>>()
    };
    assert_eq!(routes("everything"), ["POST /{department}/everything"]);
    assert_eq!(routes("many"), ["GET /one", "POST /two"]);
    assert!(routes("open").is_empty(), "below the route it is out of sight");
}
