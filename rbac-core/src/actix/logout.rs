//! Where the issuer tells that a login is over (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Resource, web};
use futures_util::StreamExt;

use super::call::Call;
use super::denial::DenialReason;
use super::request_id::RequestId;
use super::run::Answer;
use super::services::Guarded;
use crate::audit::{DecisionEvent, Outcome};
use crate::authenticate::AuthenticationError;
use crate::rbac::Rbac;
use crate::revocation::{Logout, LogoutTokenError};
use crate::rule::{self, Route, Rule, Site};

/// The path of [`backchannel_logout`].
const PATH: &str = "/backchannel-logout";
/// The longest form that is read, in bytes.
const MAX_FORM: usize = 16 * 1024;
/// The longest time that this may take.
const MAX_TIME: Duration = Duration::from_secs(5);

static RULE: Rule = Rule::public(
    Site::new(
        "backchannel_logout",
        module_path!(),
        file!(),
        line!(),
        &[Route::new("POST", PATH)],
    ),
    "the issuer's signature on the logout token is the credential",
);

/// `POST /backchannel-logout`: takes the logout tokens of the issuers that the application's [`Rbac`] trusts, and takes the
/// tokens of that login back (OpenID Connect Back-Channel Logout 1.0). Register it as any handler, and its address at the
/// issuer: in Keycloak, as "Backchannel logout URL" of each client that users log in through.
///
/// Answers 200 once the next request with a token of that login is refused, and 400 with `{"error":..}` otherwise. Why goes
/// to the log and to the audit sinks. Tokens are taken for the clients of [`Config::logout_client`](crate::Config::logout_client).
///
/// ```
/// use actix_web::App;
/// use rbac_core::{backchannel_logout, guarded};
///
/// let app = App::new().configure(|services| {
///     guarded(services).service(backchannel_logout);
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(
    non_camel_case_types,
    reason = "registered as a handler with a route attribute is"
)]
pub struct backchannel_logout;

impl Guarded for backchannel_logout {}

impl HttpServiceFactory for backchannel_logout {
    fn register(self, config: &mut AppService) {
        rule::mount(&RULE);
        let resource = Resource::new(PATH)
            .name("backchannel_logout")
            .route(web::post().to(take))
            .default_service(web::to(only_post));
        resource.register(config);
    }
}

fn take(call: Call) -> Answer {
    call.run(&RULE, log_out)
}

async fn log_out(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(rbac) = Rbac::of(&request) else {
        tracing::error!("{}", DenialReason::NotConfigured);
        return HttpResponse::InternalServerError().finish();
    };
    let result = match form(&request, payload).await {
        Some(token) => rbac.authenticator().log_out(&token).await,
        None => Err(LogoutTokenError::Form),
    };
    rbac.record(&event(&rbac, &request, &result));
    match result {
        Ok(_) => answered(StatusCode::OK).finish(),
        Err(error) => answered(StatusCode::BAD_REQUEST).json(serde_json::json!({ "error": code(&error) })),
    }
}

fn answered(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// What the issuer is told (RFC 6749 section 5.2): whether to try again, and no more.
fn code(error: &LogoutTokenError) -> &'static str {
    if is_trouble(error) {
        "temporarily_unavailable"
    } else {
        "invalid_request"
    }
}

/// Whether nobody could judge the token.
fn is_trouble(error: &LogoutTokenError) -> bool {
    matches!(
        error,
        LogoutTokenError::Signature(AuthenticationError::Unavailable(_))
    )
}

fn event(rbac: &Rbac, request: &HttpRequest, result: &Result<Logout, LogoutTokenError>) -> DecisionEvent {
    let outcome = match result {
        Ok(_) => Outcome::Allow,
        Err(error) if is_trouble(error) => Outcome::Error,
        Err(_) => Outcome::Deny,
    };
    let accepted = result.as_ref().ok();
    DecisionEvent {
        at: rbac.now(),
        request_id: RequestId::of(request).to_string(),
        issuer: accepted.map(|logout| logout.issuer.clone()),
        explained: None,
        subject: accepted.and_then(|logout| logout.subject.clone()),
        username: None,
        client_id: None,
        method: request.method().to_string(),
        path: request.path().to_owned(),
        rule: &RULE,
        outcome,
        status: result.is_err().then_some(StatusCode::BAD_REQUEST.as_u16()),
        reason: match result {
            Ok(_) => "logged out by the issuer".to_owned(),
            Err(error) => format!("logout token: {error}"),
        },
    }
}

/// The one `logout_token` of a form; further fields are the issuer's business.
async fn form(request: &HttpRequest, payload: web::Payload) -> Option<String> {
    if !request
        .content_type()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        return None;
    }
    let body = tokio::time::timeout(MAX_TIME, read(payload)).await.ok()??;
    let mut tokens = url::form_urlencoded::parse(&body).filter(|(name, _)| name == "logout_token");
    let (_, token) = tokens.next()?;
    // Which of two would count is nobody's to guess.
    tokens.next().is_none().then(|| token.into_owned())
}

/// The body, if it ends within the limit.
async fn read(mut payload: web::Payload) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok()?;
        if body.len().saturating_add(chunk.len()) > MAX_FORM {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

async fn only_post() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed().finish();
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("POST"));
    response
}
