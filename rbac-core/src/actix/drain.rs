//! Leaves a connection usable after a denial.
//!
//! HTTP/1.1 cannot read the next request before the body of this one is gone, so Actix closes the connection of a request
//! whose body nobody read; a proxy in front turns that into a 502. The denial is therefore sent at once, and what little
//! body there is gets thrown away behind it, within limits that the caller cannot move.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::http::Version;
use actix_web::http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::Sleep;

/// The longest body that is drained, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The longest time that a drain may take.
const MAX_TIME: Duration = Duration::from_secs(1);

/// The response, with the request's body drained behind it where that is worth it.
pub(super) fn after(response: HttpResponse, request: &HttpRequest, payload: Payload) -> HttpResponse {
    if !is_worth_it(request) {
        return response;
    }
    response.map_body(|_, answer| {
        BoxBody::new(Draining {
            answer,
            payload,
            left: MAX_BYTES,
            deadline: Box::pin(tokio::time::sleep(MAX_TIME)),
        })
    })
}

/// An HTTP/1 request with a body that is not known to be too long. A client that waits for `100 Continue` has sent nothing.
fn is_worth_it(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let has_body = length.is_some_and(|length| length > 0) || headers.contains_key(TRANSFER_ENCODING);
    let fits = length.is_none_or(|length| length <= MAX_BYTES);
    request.version() <= Version::HTTP_11 && has_body && fits && !headers.contains_key(EXPECT)
}

/// A body that is complete when the answer is sent *and* the request's body is gone.
struct Draining {
    answer: BoxBody,
    payload: Payload,
    left: usize,
    deadline: Pin<Box<Sleep>>,
}

impl MessageBody for Draining {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match Pin::new(&mut self.answer).poll_next(cx) {
            Poll::Ready(None) => self.drain(cx),
            answer => answer,
        }
    }
}

impl Draining {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Box<dyn std::error::Error>>>> {
        loop {
            if self.deadline.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            match Pin::new(&mut self.payload).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(chunk))) if chunk.len() <= self.left => self.left -= chunk.len(),
                Poll::Ready(_) => return Poll::Ready(None),
            }
        }
    }
}
