//! Which pages of other origins may call the issuer from a browser.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use super::Issuer;

/// What any page may read.
const PUBLIC: [&str; 2] = [
    "/protocol/openid-connect/certs",
    "/.well-known/openid-configuration",
];

/// Answers preflights, and marks the answers that a page of a client's web origin may read; what is public anyway, the
/// keys and the discovery document, every page may.
///
/// Cookies are never part of it: no answer allows credentials.
pub(super) async fn cross_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let allowed = allowed_origin(&request);
    let mut response = if is_preflight(&request) {
        request
            .into_response(preflight(allowed.is_some()))
            .map_into_boxed_body()
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let headers = response.headers_mut();
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, REFERRER_POLICY, "no-referrer");
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    Ok(response)
}

fn allowed_origin(request: &ServiceRequest) -> Option<HeaderValue> {
    let origin = request.headers().get(ORIGIN)?;
    let issuer = request.app_data::<web::Data<Issuer>>()?;
    let name = origin.to_str().ok()?;
    let known = issuer
        .realm
        .clients()
        .any(|client| client.web_origins().contains(name));
    let public = PUBLIC.iter().any(|path| request.path().ends_with(path));
    (known || public).then(|| origin.clone())
}

fn is_preflight(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(allowed: bool) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if allowed {
        response
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"))
            .insert_header((
                ACCESS_CONTROL_ALLOW_HEADERS,
                "Authorization, Content-Type, DPoP, X-Requested-With",
            ))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "3600"));
    }
    response.finish()
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
