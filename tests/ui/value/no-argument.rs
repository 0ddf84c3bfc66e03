use actix_web::{HttpResponse, web};
use rbac_core::Principal;
use rbac_core::require_permission;

#[derive(serde::Deserialize)]
struct Report {
    department: String,
    place: Place,
}

#[derive(serde::Deserialize)]
struct Place;

#[require_permission("reports:generate", scope("department", value = bdy.department))]
async fn handler(user: Principal, body: web::Json<Report>) -> HttpResponse {
    let _ = (&user, &body.place, &body.department);
    HttpResponse::Ok().finish()
}

fn main() {}
