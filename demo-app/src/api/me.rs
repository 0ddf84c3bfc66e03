//! Who the caller is.

use actix_web::{HttpResponse, get};
use rbac_core::{Principal, Role, RoleSource, authenticated};
use serde::Serialize;

#[derive(Serialize)]
struct Me<'a> {
    subject: &'a str,
    username: Option<&'a str>,
    client_id: Option<&'a str>,
    departments: &'a [String],
    admin: bool,
    roles: Vec<SourcedRole<'a>>,
    permissions: Vec<&'a str>,
}

/// A role and where it was given: in the realm, or in a client.
#[derive(Serialize)]
struct SourcedRole<'a> {
    name: &'a str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
}

/// The caller: subject, username, departments, roles with their source, permissions.
#[authenticated]
#[get("/api/me")]
pub(super) async fn me(user: Principal) -> HttpResponse {
    HttpResponse::Ok().json(Me {
        subject: user.subject(),
        username: user.username(),
        client_id: user.client_id(),
        departments: user.attribute("department"),
        admin: user.is_admin(),
        roles: user.roles().iter().map(sourced).collect(),
        permissions: user.permissions(),
    })
}

fn sourced(role: &Role) -> SourcedRole<'_> {
    let (source, client) = match role.source() {
        RoleSource::Realm => ("realm", None),
        RoleSource::Client(client) => ("client", Some(client.as_ref())),
    };
    SourcedRole {
        name: role.name(),
        source,
        client,
    }
}
