use actix_web::{App, HttpResponse, get};
use rbac_core::guarded;

#[get("/")]
async fn handler() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn main() {
    let _ = App::new().configure(|services| {
        guarded(services).service(handler);
    });
}
