//! Reports over a department's data.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, Responder, get, post, web};
use rbac_core::{CheckError, Principal, Verdict, require_permission};

use super::author;
use super::input::{check_department, check_title};
use crate::problem::AppError;
use crate::store::{NewReport, Store, StoreError};

/// A new report over the department that the body names.
#[require_permission("reports:generate", scope("department", value = body.department))]
#[post("/api/reports")]
pub(super) async fn add(
    user: Principal,
    store: web::Data<Store>,
    body: web::Json<NewReport>,
) -> Result<HttpResponse, AppError> {
    let mut report = body.into_inner();
    report.title = check_title(&report.title)?;
    check_department(&report.department)?;
    let report = store.add_report(report, author(&user)).await?;
    let location = format!("/api/reports/{}", report.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(report))
}

/// A report, for those who may see its department.
#[require_permission("data:read", check = may_see(store, id))]
#[get("/api/reports/{id}")]
pub(super) async fn show(store: web::Data<Store>, id: web::Path<i64>) -> Result<impl Responder, AppError> {
    let report = store.report(id.into_inner()).await?;
    report.map(web::Json).ok_or(AppError::NotFound)
}

/// A report that is not there and one of another department look the same.
async fn may_see(
    user: &Principal,
    store: &web::Data<Store>,
    id: &web::Path<i64>,
) -> Result<Verdict, CheckError> {
    let report = store.report(**id).await.map_err(|error| match error {
        StoreError::Busy => CheckError::unavailable(error),
        other => CheckError::failed(other),
    })?;
    let visible = report.is_some_and(|report| user.may_act_within("department", &report.department));
    Ok(if visible { Verdict::Allow } else { Verdict::Hide })
}
