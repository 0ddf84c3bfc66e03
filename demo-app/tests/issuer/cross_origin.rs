//! Which pages may call the issuer from a browser.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::harness::{Server, form};

fn preflight(origin: &str) -> TestRequest {
    TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/realms/myapp/protocol/openid-connect/token")
        .insert_header(("origin", origin.to_owned()))
        .insert_header(("access-control-request-method", "POST"))
}

#[actix_web::test]
async fn a_page_of_the_demo_may_read_the_answer() {
    let server = Server::new();
    for origin in ["http://localhost:8080", "http://127.0.0.1:8080"] {
        let answer = server.send(preflight(origin)).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.header("access-control-allow-origin")
            ),
            (200, origin)
        );
        let refused = form("token", &[]).insert_header(("origin", origin));
        let answer = server.send(refused).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.header("access-control-allow-origin")
            ),
            (400, origin)
        );
        assert_eq!(answer.header("vary"), "Origin");
    }
}

#[actix_web::test]
async fn another_page_may_not_and_no_page_sends_cookies() {
    let server = Server::new();
    for origin in [
        "https://evil.example",
        "http://localhost:8081",
        "null",
        "http://localhost:8080.evil.example",
    ] {
        let answer = server.send(preflight(origin)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
    let answer = server.send(preflight("http://localhost:8080")).await;
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[actix_web::test]
async fn keys_and_discovery_are_for_every_page() {
    let server = Server::new();
    for path in [
        "protocol/openid-connect/certs",
        ".well-known/openid-configuration",
    ] {
        let request = TestRequest::get().uri(&format!("/realms/myapp/{path}"));
        let answer = server
            .send(request.insert_header(("origin", "https://any.example")))
            .await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "https://any.example",
            "{path}"
        );
    }
}
