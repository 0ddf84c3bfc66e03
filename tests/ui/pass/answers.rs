//! What a handler may return, and how it may leave: `Result`, `Either`, `Option`, `?`, early `return`, a stream.

use actix_web::{Either, HttpResponse, Responder, error, get, post, web};
use futures_util::StreamExt;
use rbac_core::require_permission;
use rbac_tests::{FakeIssuer, TestApp};

#[require_permission("data:read")]
#[get("/result/{number}")]
async fn result(number: web::Path<String>) -> Result<impl Responder, error::Error> {
    let number: u8 = number.parse().map_err(error::ErrorUnprocessableEntity)?;
    if number == 0 {
        return Ok("nothing".to_owned());
    }
    Ok(number.to_string())
}

#[require_permission("data:read")]
#[get("/either/{number}")]
async fn either(number: web::Path<u8>) -> Either<&'static str, HttpResponse> {
    if *number == 0 {
        return Either::Left("left");
    }
    Either::Right(HttpResponse::Accepted().finish())
}

#[require_permission("data:read")]
#[get("/option/{number}")]
async fn option(number: web::Path<u8>) -> Option<String> {
    number.checked_sub(1).map(|number| number.to_string())
}

#[require_permission("data:read")]
#[post("/stream")]
async fn stream(mut payload: web::Payload) -> Result<HttpResponse, error::Error> {
    let mut length = 0;
    while let Some(chunk) = payload.next().await {
        length += chunk?.len();
    }
    Ok(HttpResponse::Ok().body(length.to_string()))
}

#[require_permission("data:read")]
#[get("/boxed")]
async fn boxed() -> Result<HttpResponse, Box<dyn std::error::Error>> {
    Err("an error of any kind".into())
}

#[require_permission("data:read")]
#[get("/never")]
async fn never() -> HttpResponse {
    let recursive: Option<u8> = None;
    match recursive {
        Some(_) => unreachable!("there is none"),
        None => HttpResponse::NoContent().finish(),
    }
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(result)
        .service(either)
        .service(option)
        .service(stream)
        .service(boxed)
        .service(never);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    let carol = issuer.sign(&issuer.claims("carol"));
    for (path, status) in [
        ("/result/7", 200),
        ("/result/0", 200),
        ("/result/x", 422),
        ("/either/0", 200),
        ("/either/1", 202),
        ("/option/1", 200),
        ("/option/0", 404),
        ("/boxed", 500),
        ("/never", 204),
    ] {
        assert_eq!(app.get(path, &bob).await.status, status, "{path}");
        assert_eq!(app.get(path, &carol).await.status, 403, "{path}");
    }
    assert_eq!(app.post("/stream", &bob, "12345").await.body, "5");
    assert_eq!(app.post("/stream", &carol, "12345").await.status, 403);
}
