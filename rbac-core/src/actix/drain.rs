//! Leaves a connection usable after a denial.
//!
//! HTTP/1.1 cannot read the next request before the body of this one is gone, so Actix closes the connection when it answers
//! a request whose body nobody read; a proxy in front turns that into a 502. What little body a denied request has is
//! therefore thrown away first, unread, within limits that the caller cannot move.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::http::{ConnectionType, Version};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;

/// The longest body that is thrown away, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The longest time that this may take.
const MAX_TIME: Duration = Duration::from_secs(1);

/// The response, once the request's body is gone; a body that is too long or too slow closes the connection instead.
pub(super) async fn before(
    mut response: HttpResponse,
    request: &HttpRequest,
    payload: Payload,
) -> HttpResponse {
    if !is_gone(request, payload).await {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

async fn is_gone(request: &HttpRequest, payload: Payload) -> bool {
    let headers = request.headers();
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let has_body = length.is_some_and(|length| length > 0) || headers.contains_key(TRANSFER_ENCODING);
    // HTTP/2 resets one stream and keeps the connection.
    if !has_body || request.version() > Version::HTTP_11 {
        return true;
    }
    length.is_none_or(|length| length <= MAX_BYTES)
        && tokio::time::timeout(MAX_TIME, drain(payload))
            .await
            .unwrap_or(false)
}

/// Whether the end of the body came before the limit.
async fn drain(mut payload: Payload) -> bool {
    let mut taken = 0_usize;
    while let Some(chunk) = payload.next().await {
        taken = taken.saturating_add(chunk.map_or(usize::MAX, |bytes| bytes.len()));
        if taken > MAX_BYTES {
            return false;
        }
    }
    true
}
