use actix_web::{App, HttpResponse, web};
use rbac_core::guarded;

async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {
    let _ = App::new().configure(|services| {
        guarded(services).route("/", web::get(), handler);
    });
}
