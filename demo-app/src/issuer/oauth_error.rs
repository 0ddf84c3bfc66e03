//! Errors of the endpoints, as Keycloak words them.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// An error answer of RFC 6749, section 5.2.
#[derive(Debug, thiserror::Error)]
#[error("{error}: {description}")]
pub(super) struct OAuthError {
    status: StatusCode,
    error: &'static str,
    description: Cow<'static, str>,
}

impl OAuthError {
    /// An error with that status, code and description.
    pub(super) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            error,
            description: description.into(),
        }
    }

    /// 400 with that code and description.
    pub(super) fn bad_request(error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// 400 `invalid_request`.
    pub(super) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("invalid_request", description)
    }

    /// 400 `invalid_request`: a form field that is not there.
    pub(super) fn missing(parameter: &'static str) -> Self {
        Self::invalid_request(format!("Missing parameter: {parameter}"))
    }

    /// 400 `invalid_grant`.
    pub(super) fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    /// 400 `invalid_grant`: a refresh token that was given to another client.
    pub(super) fn foreign_refresh_token() -> Self {
        Self::invalid_grant("Invalid refresh token. Token client and authorized client don't match")
    }

    /// The same error with another status.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// 500: a fault of ours.
    pub(super) fn server_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "Unexpected server error",
        )
    }

    /// The error code.
    pub(super) fn error(&self) -> &'static str {
        self.error
    }

    /// What it says beside the code.
    pub(super) fn description(&self) -> &str {
        &self.description
    }
}

impl ResponseError for OAuthError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status)
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"))
            .json(json!({ "error": self.error, "error_description": self.description }))
    }
}
