//! What stays open after its request must not outlive the token that opened it.

use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::principal::Principal;

/// How often the wall clock is looked at while waiting: it may be set in the meantime.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Ends when the principal's token does: for a WebSocket or a stream of events, which goes on after it was let in.
///
/// ```no_run
/// use actix_web::{HttpRequest, HttpResponse, get, web};
/// use futures_util::future::{self, Either};
/// use rbac_core::{Principal, authenticated, until_expiry};
///
/// # async fn serve(_: web::Payload) {}
/// #[authenticated]
/// #[get("/live")]
/// async fn live(user: Principal, request: HttpRequest, messages: web::Payload) -> HttpResponse {
///     let over = until_expiry(&user);
///     actix_web::rt::spawn(async move {
///         // Whichever ends first ends both.
///         future::select(Box::pin(over), Box::pin(serve(messages))).await;
///     });
///     HttpResponse::SwitchingProtocols().finish()
/// }
/// ```
///
/// # Security
/// It knows the end that the token names, without the leeway between clocks. A token that the issuer takes back before is
/// not noticed here.
pub fn until_expiry(principal: &Principal) -> impl Future<Output = ()> + Send + use<> {
    until(principal.expires_at(), SystemClock)
}

/// `end` is in seconds since 1970.
async fn until(end: u64, clock: impl Clock) {
    loop {
        let left = end.saturating_sub(clock.unix_now());
        if left == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_secs(left).min(LOOK_AGAIN)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use futures_util::FutureExt;

    #[actix_web::test]
    async fn row_92_it_ends_at_the_end_and_not_before() {
        assert_eq!(until(1_000, ManualClock::at(1_000)).now_or_never(), Some(()));
        assert_eq!(until(1_000, ManualClock::at(1_001)).now_or_never(), Some(()));
        assert_eq!(until(1_000, ManualClock::at(999)).now_or_never(), None);
        assert_eq!(until(u64::MAX, ManualClock::at(0)).now_or_never(), None);
    }

    #[actix_web::test]
    async fn a_token_without_an_end_is_at_its_end() {
        let endless = crate::testing::principal("x")
            .claim("exp", "never".into())
            .build();
        assert_eq!(until_expiry(&endless).now_or_never(), Some(()));
    }
}
