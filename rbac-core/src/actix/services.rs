//! Registration that takes annotated handlers only.

use actix_web::dev::HttpServiceFactory;
use actix_web::{Handler, Responder, web};

use super::call::Call;

/// A handler with an access rule above its `#[get]`, `#[post]`, `#[route]` or `#[routes]`: only the attributes implement it.
#[diagnostic::on_unimplemented(
    message = "no access rule above the handler `{Self}`",
    label = "this handler would be open",
    note = "put `#[require_permission(..)]`, `#[require_role(..)]`, `#[authenticated]` or `#[public(reason = \"..\")]` above \
            its `#[get(..)]` or other route attribute"
)]
pub trait Guarded {}

/// Takes services with an access rule, and does not compile with any other.
///
/// ```
/// use actix_web::{App, Responder, get, web};
/// use rbac_core::{guarded, public, require_permission};
///
/// #[public(reason = "a probe has no token")]
/// #[get("/health")]
/// async fn health() -> impl Responder {
///     "up"
/// }
///
/// #[require_permission("data:read")]
/// async fn read() -> impl Responder {
///     "data"
/// }
///
/// let app = App::new().configure(|services| {
///     guarded(services).service(health).scope("/api", |api| {
///         api.route("/data", web::get(), read);
///     });
/// });
/// ```
///
/// ```compile_fail
/// # use actix_web::{App, Responder, get};
/// #[get("/forgotten")]
/// async fn forgotten() -> impl Responder {
///     "everybody's"
/// }
///
/// let app = App::new().configure(|services| {
///     rbac_core::guarded(services).service(forgotten);
/// });
/// ```
pub fn guarded(services: &mut web::ServiceConfig) -> GuardedServices<'_> {
    GuardedServices { services }
}

/// See [`guarded`].
pub struct GuardedServices<'a> {
    services: &'a mut web::ServiceConfig,
}

impl GuardedServices<'_> {
    /// Registers a handler that carries its route.
    pub fn service<S: Guarded + HttpServiceFactory + 'static>(&mut self, handler: S) -> &mut Self {
        self.services.service(handler);
        self
    }

    /// Registers an annotated handler without a route attribute under a path and a method such as `web::get()`.
    ///
    /// Only a guarded handler takes the call as its one argument.
    pub fn route<H>(&mut self, path: &str, method: actix_web::Route, handler: H) -> &mut Self
    where
        H: Handler<(Call,)>,
        H::Output: Responder + 'static,
    {
        self.services.route(path, method.to(handler));
        self
    }

    /// Registers what `configure` does below a prefix, under the same condition.
    pub fn scope(&mut self, prefix: &str, configure: impl FnOnce(&mut GuardedServices<'_>)) -> &mut Self {
        let inner = |services: &mut web::ServiceConfig| configure(&mut GuardedServices { services });
        self.services.service(web::scope(prefix).configure(inner));
        self
    }
}
