//! The one place that turns what was decided into an HTTP answer.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::challenge::Challenge;
use super::credentials::CredentialsError;
use super::facts::FactsError;
use super::schemes::{DpopOffer, Schemes};
use crate::authenticate::{AuthenticationError, SenderError, TokenCheck};
use crate::explained::Explained;
use crate::policy::DenyReason;
use crate::rbac::Rbac;

/// Why a request does not reach its handler.
///
/// `Display` tells the operator; the answer tells the caller no more than its status.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Denial {
    realm: String,
    schemes: Schemes,
    reason: DenialReason,
    /// For the caller's eyes too, since the operator said so.
    explained: Option<Explained>,
}

/// What stood in the way.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DenialReason {
    /// The request carries no bearer credentials.
    #[error("no credentials")]
    NoCredentials,
    /// The request's credentials cannot be understood.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The token is not acceptable, or nobody could judge it.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// The principal may not.
    #[error(transparent)]
    Policy(#[from] DenyReason),
    /// A boundary's value cannot be read.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// A check hides the object from this principal.
    #[error("the check `{0}` hides the object")]
    Hidden(&'static str),
    /// A check could not answer.
    #[error("the check `{check}` failed: {cause}")]
    CheckFailed {
        /// The check.
        check: &'static str,
        /// What it said.
        cause: String,
        /// Whether it may answer later.
        retry: bool,
    },
    /// A stronger or newer login is needed (RFC 9470).
    #[error("a stronger or newer login is needed")]
    StepUp {
        /// The authentication context class demanded.
        acr: Option<&'static str>,
        /// The greatest age of the login, in seconds.
        max_age: Option<u64>,
    },
    /// A development switch is off, and the server is bound beyond loopback.
    #[error(
        "a development switch is off, so the server must be bound to loopback: call `Config::check_bind`"
    )]
    InsecureBeyondLoopback,
    /// The application does not offer an [`Rbac`](crate::Rbac) to its handlers.
    #[error("no `Rbac` in the application: add `.app_data(rbac.clone())` to the `App`")]
    NotConfigured,
}

/// Status and RFC 6750 error code of an answer.
struct Answer {
    status: StatusCode,
    challenge: Option<Option<&'static str>>,
    retry_after: Option<u64>,
}

/// The header with the nonce for the next proof (RFC 9449 section 8).
pub(super) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Seconds after which a caller may try again when the issuer could not be reached.
const RETRY_SECONDS: u64 = 5;

impl DenialReason {
    /// A name of a fixed set, for a metric's label or a dashboard: nothing of the request is in it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::Credentials(_) => "malformed_credentials",
            Self::Authentication(error) => TokenCheck::of(error).code(),
            Self::Policy(DenyReason::Condition(_)) => "condition",
            Self::Policy(DenyReason::Boundary { .. }) => "boundary",
            Self::Policy(DenyReason::Check(_)) => "check",
            Self::Facts(_) => "unreadable_boundary",
            Self::Hidden(_) => "hidden",
            Self::CheckFailed { .. } => "failed_check",
            Self::StepUp { .. } => "step_up",
            Self::InsecureBeyondLoopback => "insecure_beyond_loopback",
            Self::NotConfigured => "not_configured",
        }
    }

    /// Whether nobody could answer, which is the operator's or the programmer's business.
    pub(crate) fn is_error(&self) -> bool {
        self.answer().status.is_server_error()
    }

    fn answer(&self) -> Answer {
        let challenged = |status, code| Answer {
            status,
            challenge: Some(code),
            retry_after: None,
        };
        let plain = |status| Answer {
            status,
            challenge: None,
            retry_after: None,
        };
        let retry = || Answer {
            status: StatusCode::SERVICE_UNAVAILABLE,
            challenge: None,
            retry_after: Some(RETRY_SECONDS),
        };
        match self {
            DenialReason::NoCredentials => challenged(StatusCode::UNAUTHORIZED, None),
            DenialReason::Credentials(CredentialsError::HeadersTooLarge) => {
                plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
            }
            DenialReason::Credentials(_) | DenialReason::Facts(FactsError::Ambiguous(_)) => {
                challenged(StatusCode::BAD_REQUEST, Some("invalid_request"))
            }
            DenialReason::Authentication(
                AuthenticationError::Unavailable(_)
                | AuthenticationError::Sender(SenderError::ReplayStore(_)),
            ) => retry(),
            DenialReason::Authentication(_) => challenged(StatusCode::UNAUTHORIZED, Some("invalid_token")),
            DenialReason::Policy(_) => challenged(StatusCode::FORBIDDEN, Some("insufficient_scope")),
            DenialReason::StepUp { .. } => {
                challenged(StatusCode::UNAUTHORIZED, Some("insufficient_user_authentication"))
            }
            DenialReason::Hidden(_) => plain(StatusCode::NOT_FOUND),
            DenialReason::CheckFailed { retry: true, .. } => retry(),
            DenialReason::CheckFailed { .. }
            | DenialReason::Facts(FactsError::NoSuchParameter(_))
            | DenialReason::InsecureBeyondLoopback
            | DenialReason::NotConfigured => plain(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Denial {
    pub(crate) fn new(realm: &str, reason: impl Into<DenialReason>) -> Self {
        Self {
            realm: realm.to_owned(),
            schemes: Schemes::default(),
            reason: reason.into(),
            explained: None,
        }
    }

    /// The denial of a request, with challenges that its caller can use.
    pub(crate) fn of(rbac: &Rbac, request: &HttpRequest, reason: impl Into<DenialReason>) -> Self {
        Self {
            schemes: Schemes::of(rbac, request),
            ..Self::new(rbac.config().realm(), reason)
        }
    }

    /// Lets the answer explain itself to the caller.
    pub(super) fn explained_by(mut self, explained: Explained) -> Self {
        self.explained = Some(explained);
        self
    }

    /// What stood in the way.
    #[must_use]
    pub fn reason(&self) -> &DenialReason {
        &self.reason
    }

    /// Why, in full; `None` unless the operator turned explanations on (`RBAC_EXPLAIN=true`), so that an answer of one's own may
    /// show whatever is here.
    #[must_use]
    pub fn explained(&self) -> Option<&Explained> {
        self.explained.as_ref()
    }

    /// One challenge for each scheme, `Bearer` first.
    fn challenges(&self, code: Option<&'static str>) -> impl Iterator<Item = HeaderValue> {
        let bearer = self.schemes.bearer.then(|| Challenge::bearer(&self.realm));
        let dpop = self.schemes.dpop.as_ref().map(|offer| {
            let challenge = Challenge::dpop(&self.realm, &offer.algorithms);
            (challenge, self.dpop_code().or(code))
        });
        let challenges = bearer.map(|challenge| (challenge, code)).into_iter().chain(dpop);
        challenges.map(|(challenge, code)| self.complete(challenge, code))
    }

    /// What only DPoP has a word for.
    fn dpop_code(&self) -> Option<&'static str> {
        match &self.reason {
            DenialReason::Authentication(AuthenticationError::Sender(SenderError::Proof(error))) => {
                Some(error.code())
            }
            _ => None,
        }
    }

    fn complete(&self, mut challenge: Challenge, code: Option<&'static str>) -> HeaderValue {
        if let Some(code) = code {
            challenge = challenge.parameter("error", code);
        }
        if let DenialReason::StepUp { acr, max_age } = &self.reason {
            if let Some(acr) = acr {
                challenge = challenge.parameter("acr_values", acr);
            }
            if let Some(seconds) = max_age {
                challenge = challenge.parameter("max_age", &seconds.to_string());
            }
        }
        challenge.value()
    }
}

impl ResponseError for Denial {
    fn status_code(&self) -> StatusCode {
        self.reason.answer().status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let Answer {
            status,
            challenge,
            retry_after,
        } = self.reason.answer();
        let mut response = HttpResponse::with_body(status, BoxBody::new(problem(status, self.explained())));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(code) = challenge {
            for challenge in self.challenges(code) {
                headers.append(WWW_AUTHENTICATE, challenge);
            }
            let offer = self.schemes.dpop.as_deref();
            if let Some(nonce) = offer.and_then(DpopOffer::nonce_header) {
                headers.insert(DPOP_NONCE, nonce);
            }
        }
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An application's own answer to a denial, such as a page or a redirect to the login.
///
/// # Security
/// It is a denial still: a 2xx of it is not sent, and challenge and `Retry-After` are added where it has none.
pub type DenialAnswer = fn(&Denial, &HttpRequest) -> HttpResponse;

/// The answer to a denial: the application's own if it has one, with what the protocol demands.
pub(crate) fn answer(own: Option<DenialAnswer>, denial: &Denial, request: &HttpRequest) -> HttpResponse {
    let standard = denial.error_response();
    let Some(own) = own else { return standard };
    let mut response = own(denial, request);
    if response.status().is_success() {
        tracing::error!(
            status = response.status().as_u16(),
            "an application's answer to a denial must be no success"
        );
        return standard;
    }
    for name in [WWW_AUTHENTICATE, DPOP_NONCE, RETRY_AFTER] {
        if response.headers().contains_key(&name) {
            continue;
        }
        for value in standard.headers().get_all(&name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

/// The RFC 9457 body: no more than the status says, unless the operator turned explanations on.
fn problem(status: StatusCode, explained: Option<&Explained>) -> String {
    let title = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    match explained.and_then(|explained| serde_json::to_string(&Extension::of(explained)).ok()) {
        None => format!(r#"{{"type":"about:blank","title":"{title}","status":{code}}}"#),
        Some(extension) => {
            format!(r#"{{"type":"about:blank","title":"{title}","status":{code},"explanation":{extension}}}"#)
        }
    }
}

/// The member `explanation`: a sentence for a person, and all of it for a tool.
#[derive(serde::Serialize)]
struct Extension<'a> {
    summary: String,
    #[serde(flatten)]
    explained: &'a Explained,
}

impl<'a> Extension<'a> {
    fn of(explained: &'a Explained) -> Self {
        Self {
            summary: explained.to_string(),
            explained,
        }
    }
}
