//! The whole way in one call, for handlers without boundaries and checks over their arguments.

use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, Handler, HttpResponse, Responder};

use super::call::Call;
use crate::rule::Rule;

/// What a guarded handler returns: the response, on its way.
///
/// A type with a name costs the compiler far less than the opaque one of an `async fn`, once for each handler.
pub type Answer = Pin<Box<dyn Future<Output = HttpResponse>>>;

impl Call {
    /// Authorizes, extracts the handler's arguments, and runs it.
    pub fn run<H, A>(self, rule: &'static Rule, handler: H) -> Answer
    where
        H: Handler<A>,
        A: FromRequest + 'static,
        H::Output: Responder + 'static,
    {
        Box::pin(async move {
            let mut admitted = match self.authorize(rule).await {
                Ok(admitted) => admitted,
                Err(denied) => return denied,
            };
            // INVARIANT: what is to be decided over the arguments is not decided by leaving it out.
            if let Some(refused) = admitted.undecided() {
                return refused;
            }
            let arguments = match admitted.extract::<A>().await {
                Ok(arguments) => arguments,
                Err(refused) => return refused,
            };
            admitted.respond(handler.call(arguments).await)
        })
    }
}
