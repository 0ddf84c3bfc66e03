//! The permission matrix.

use actix_web::{HttpResponse, get, web};
use rbac_core::matrix::Matrix;
use rbac_core::{Rbac, public};

/// What every handler demands and the catalogue declares, as data.
#[public(reason = "the rules of a demo are no secret; yours may be: `#[require_role(\"admin\")]`")]
#[get("/rbac.json")]
pub(super) async fn matrix(rbac: web::Data<Rbac>) -> HttpResponse {
    HttpResponse::Ok().json(Matrix::of(&rbac))
}
