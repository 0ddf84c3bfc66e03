#[actix_web::scope("/api/{dept}")]
mod api {
    use actix_web::{HttpResponse, get};

    #[rbac_core::require_permission("data:read", scope = "department")]
    #[get("/data")]
    async fn handler() -> HttpResponse {
        HttpResponse::Ok().finish()
    }
}

fn main() {}
