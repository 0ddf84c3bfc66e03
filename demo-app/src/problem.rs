//! Errors of the API, as `application/problem+json` (RFC 9457).

use actix_web::error::{JsonPayloadError, PathError, PayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;

use crate::store::StoreError;

/// Seconds after which a caller may try again when the database was busy.
const RETRY_SECONDS: u64 = 1;

/// What a handler may answer instead of what was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum AppError {
    /// There is no such thing, or not for this caller: the answer is the same.
    #[error("not found")]
    NotFound,
    /// The request can be read, and asks for what may not be.
    #[error("{0}")]
    Invalid(String),
    /// The body is no JSON of the form that is expected.
    #[error("{0}")]
    Malformed(String),
    /// The body is longer than the API reads.
    #[error("the body is too large")]
    TooLarge,
    /// The body is something else than JSON.
    #[error("the body must be application/json")]
    UnsupportedMediaType,
    /// The data cannot be had.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl AppError {
    /// What the caller may know beyond the status.
    fn detail(&self) -> Option<String> {
        match self {
            Self::NotFound | Self::Store(_) => None,
            _ => Some(self.to_string()),
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Store(StoreError::Busy | StoreError::Closed) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Store(error) = self {
            tracing::error!(%error, "a request failed");
        }
        let status = self.status_code();
        let mut response = problem(status, self.detail().as_deref());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
        }
        response
    }
}

/// A problem with that status.
pub(crate) fn problem(status: StatusCode, detail: Option<&str>) -> HttpResponse {
    let title = status.canonical_reason().unwrap_or("Error");
    let problem = Problem {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail,
    };
    let mut response = HttpResponse::build(status).json(problem);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// How JSON bodies are read: at most 64 KiB, and errors are problems.
pub(crate) fn json_config() -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(64 * 1024)
        .error_handler(|error, _: &HttpRequest| {
            let error = match &error {
                JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
                    AppError::TooLarge
                }
                JsonPayloadError::Payload(PayloadError::Overflow) => AppError::TooLarge,
                JsonPayloadError::ContentType => AppError::UnsupportedMediaType,
                JsonPayloadError::Deserialize(cause) => AppError::Malformed(cause.to_string()),
                _ => AppError::Malformed("the body cannot be read".to_owned()),
            };
            error.into()
        })
}

/// How path parameters are read: one that is not of the expected form names nothing.
pub(crate) fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_: PathError, _: &HttpRequest| AppError::NotFound.into())
}
