//! The attributes of `rbac-core`: parse, validate, expand. No runtime knowledge.
//!
//! Use them through `rbac-core`, which re-exports them. `docs/attribute.md` in the repository has the grammar, the order of
//! evaluation, the truth table and every compile error.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod args;
mod catalogue;
mod expand;
mod expression;
mod fallback;
mod fault;
mod handler;
mod pattern;
mod policy;
mod route;
mod stack;
mod suggest;
mod validate;

use args::Kind;
use proc_macro::TokenStream;

/// Lets in who has a permission, or the permissions and roles of a rule.
///
/// ```text
/// #[require_permission("data:write", scope = "department")]
/// #[post("/api/departments/{department}/data")]
/// async fn write_data(user: Principal, body: web::Json<NewRecord>) -> Result<impl Responder, AppError>
/// ```
///
/// The rule comes first: `"resource:action"`, the path of a `Permission` constant, `role("auditor")`,
/// `role("auditor", client = "crm")`, `any(..)`, `all(..)`, nested at will. Then, in any order:
///
/// | argument | meaning |
/// | --- | --- |
/// | `scope = "department"` | the principal's `department` must contain the path parameter `{department}` |
/// | `scope("department", path = "dept")`, `query = ".."`, `header = ".."`, `value = body.department` | .. must contain the value from there |
/// | `check = path::to::function(id)` | the async function over the principal and the arguments must allow |
/// | `admin_bypass = false` | the admin role does not pass permissions, boundaries and checks |
/// | `fresh`, `acr = "gold"`, `max_age = "5m"` | the issuer is asked now; the login must be as strong, as recent |
/// | `on_denial = path::to::function` | the function from `&Denial` and `&HttpRequest` to the response answers a denial |
/// | `crate = rbac` | the path of rbac-core where it was renamed |
///
/// # Security
/// Whoever is denied is denied before one byte of the body is read; boundaries and checks over arguments come after it,
/// and before the handler. Stacked attributes mean all of them.
#[proc_macro_attribute]
pub fn require_permission(args: TokenStream, item: TokenStream) -> TokenStream {
    stack::attribute(Kind::RequirePermission, args.into(), item.into()).into()
}

/// Lets in who has a realm role, or with `client = ".."` the role of that client.
///
/// ```text
/// #[require_role("auditor")]
/// #[require_role("auditor", client = "crm")]
/// #[require_role(any("auditor", role("controller", client = "crm")))]
/// ```
///
/// A bare string is a role; everything else is as in [`macro@require_permission`].
///
/// # Security
/// The admin bypass does not pass roles: being the admin does not make somebody an auditor.
#[proc_macro_attribute]
pub fn require_role(args: TokenStream, item: TokenStream) -> TokenStream {
    stack::attribute(Kind::RequireRole, args.into(), item.into()).into()
}

/// Lets in everybody who is logged in, within the boundaries and checks given.
///
/// ```text
/// #[authenticated]
/// #[authenticated(scope = "department")]
/// ```
///
/// It takes the named arguments of [`macro@require_permission`], and no rule.
#[proc_macro_attribute]
pub fn authenticated(args: TokenStream, item: TokenStream) -> TokenStream {
    stack::attribute(Kind::Authenticated, args.into(), item.into()).into()
}

/// Lets in everybody, and says why.
///
/// ```text
/// #[public(reason = "health check")]
/// ```
///
/// With an argument of the type `Option<Principal>` a caller may log in all the same.
///
/// # Security
/// Without such an argument nobody is authenticated. With it, no credentials pass, and unacceptable ones are refused.
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    stack::attribute(Kind::Public, args.into(), item.into()).into()
}

#[doc(hidden)]
#[proc_macro_attribute]
pub fn __guard(args: TokenStream, item: TokenStream) -> TokenStream {
    stack::guard(args.into(), item.into()).into()
}
