//! What is answered where no handler is.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpResponse};

use crate::problem::problem;

/// After all handlers: 405 where another method has one, 404 elsewhere.
pub(super) fn configure(config: &mut ServiceConfig) {
    for (path, methods) in known_paths() {
        let allow = methods.into_iter().collect::<Vec<_>>().join(", ");
        config.service(web::resource(path).to(move || method_not_allowed(allow.clone())));
    }
    config.default_service(web::to(not_found));
}

/// The paths of all handlers with their methods, as the attributes above them know.
fn known_paths() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in rbac_core::rules()
        .into_iter()
        .flat_map(|rule| rule.site().routes())
    {
        let methods = paths.entry(route.path()).or_default();
        methods.extend(route.method().split('|'));
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
    }
    paths
}

async fn not_found() -> HttpResponse {
    problem(StatusCode::NOT_FOUND, None)
}

async fn method_not_allowed(allow: String) -> HttpResponse {
    let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, None);
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// Lets a `HEAD` go the way of `GET`, rule and all; the server leaves the body out.
pub(crate) async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
