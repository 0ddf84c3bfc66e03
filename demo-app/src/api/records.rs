//! A department's data.

use actix_web::{HttpResponse, Responder, get, post, web};
use rbac_core::{Principal, require_permission};

use super::author;
use super::input::{check_number, check_title};
use crate::problem::AppError;
use crate::store::{NewRecord, Store};

/// The records of a department.
#[require_permission("data:read", scope = "department")]
#[get("/api/departments/{department}/data")]
pub(super) async fn list(
    store: web::Data<Store>,
    department: web::Path<String>,
) -> Result<impl Responder, AppError> {
    Ok(web::Json(store.records_of(department.into_inner()).await?))
}

/// A new record.
#[require_permission("data:write", scope = "department")]
#[post("/api/departments/{department}/data")]
pub(super) async fn add(
    user: Principal,
    store: web::Data<Store>,
    department: web::Path<String>,
    body: web::Json<NewRecord>,
) -> Result<HttpResponse, AppError> {
    let mut record = body.into_inner();
    record.title = check_title(&record.title)?;
    check_number(record.value)?;
    let record = store
        .add_record(department.into_inner(), record, author(&user))
        .await?;
    // A record has no address of its own: it is found in its department's list.
    Ok(HttpResponse::Created().json(record))
}
