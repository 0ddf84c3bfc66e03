//! The list of users.

use actix_web::{HttpResponse, Responder, delete, get, web};
use rbac_core::require_permission;

use crate::problem::AppError;
use crate::store::Store;

/// All users.
#[require_permission("users:manage")]
#[get("/api/users")]
pub(super) async fn list(store: web::Data<Store>) -> Result<impl Responder, AppError> {
    Ok(web::Json(store.users().await?))
}

/// Takes a user off the list; the issuer is asked whether the caller's token still counts at this moment.
#[require_permission("users:manage", fresh)]
#[delete("/api/users/{username}")]
pub(super) async fn remove(
    store: web::Data<Store>,
    username: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    match store.remove_user(username.into_inner()).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(AppError::NotFound),
    }
}
