//! Above and below the route, between routes, by full path: the guard is the same.

use actix_web::{HttpResponse, Responder, get, route, routes, web};
use rbac_core::require_permission;
use rbac_tests::{FakeIssuer, TestApp};

#[require_permission("data:read")]
#[get("/above")]
async fn above() -> impl Responder {
    "above"
}

#[get("/below")]
#[require_permission("data:read")]
async fn below() -> impl Responder {
    "below"
}

#[rbac_core::require_permission("data:read")]
#[actix_web::get("/full-path")]
async fn full_path() -> impl Responder {
    "full path"
}

#[require_permission("data:read")]
#[route("/several", method = "GET", method = "HEAD")]
async fn several() -> impl Responder {
    "several"
}

#[require_permission("data:read")]
#[routes]
#[get("/one")]
#[get("/two")]
async fn above_routes() -> impl Responder {
    "above routes"
}

#[routes]
#[get("/three")]
#[require_permission("data:read")]
#[get("/four")]
async fn between_routes() -> impl Responder {
    "between routes"
}

#[require_permission("data:read")]
async fn by_hand() -> impl Responder {
    HttpResponse::Ok()
}

struct Api;

impl Api {
    #[require_permission("data:read")]
    async fn associated() -> impl Responder {
        HttpResponse::Ok()
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(above)
        .service(below)
        .service(full_path)
        .service(several);
    config.service(above_routes).service(between_routes);
    config
        .route("/by-hand", web::get().to(by_hand))
        .route("/associated", web::get().to(Api::associated));
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let reader = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    let nobody = issuer.sign(&issuer.claims("carol"));
    for path in [
        "/above",
        "/below",
        "/full-path",
        "/several",
        "/one",
        "/two",
        "/three",
        "/four",
        "/by-hand",
        "/associated",
    ] {
        assert_eq!(app.get(path, &reader).await.status, 200, "{path}");
        assert_eq!(app.get(path, &nobody).await.status, 403, "{path}");
        assert_eq!(app.call("GET", path, &[], None).await.status, 401, "{path}");
    }
}
