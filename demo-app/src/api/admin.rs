//! For the administrator.

use actix_web::{Responder, get, web};
use rbac_core::require_role;

use crate::audit::AuditTrail;
use crate::problem::AppError;

/// The latest decisions of the access control, the newest first.
#[require_role("admin")]
#[get("/api/admin/audit")]
pub(super) async fn audit(trail: web::Data<AuditTrail>) -> Result<impl Responder, AppError> {
    Ok(web::Json(trail.latest().await?))
}
