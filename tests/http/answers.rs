//! The answers of the contract: status, challenge and body of each case.

use rbac_tests::{FakeIssuer, Reply, TestApp};
use serde_json::json;

use crate::handlers::all;

const INVALID: &str = r#"Bearer realm="myapp", error="invalid_token""#;

#[actix_web::test]
async fn without_credentials_it_is_401_with_a_bare_challenge() {
    let app = TestApp::start(&FakeIssuer::start(), all).await;
    let answer = app.call("GET", "/read", &[], None).await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (401, r#"Bearer realm="myapp""#)
    );
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(
        answer.json(),
        json!({"type": "about:blank", "title": "Unauthorized", "status": 401})
    );
    assert_eq!(app.call("GET", "/open", &[], None).await.status, 200);
}

#[actix_web::test]
async fn a_good_token_is_let_in() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let answer = app.get("/me", &issuer.sign(&issuer.claims("bob"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "id-of-bob"));
}

#[actix_web::test]
async fn a_broken_header_is_400() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let answer = app
        .call("GET", "/me", &[("Authorization", b"Bearer")], None)
        .await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (400, r#"Bearer realm="myapp", error="invalid_request""#)
    );
    let token = format!("Bearer {}", issuer.sign(&issuer.claims("bob")));
    let twice = [
        ("Authorization", token.as_bytes()),
        ("Authorization", token.as_bytes()),
    ];
    assert_eq!(app.call("GET", "/me", &twice, None).await.status, 400);
    let in_two_places = app.call("GET", "/me?access_token=x", &twice[..1], None).await;
    assert_eq!(in_two_places.status, 400);
}

#[actix_web::test]
async fn an_unacceptable_token_is_401_and_says_no_more() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let expired = issuer.sign(&issuer.claims("bob").with("exp", 1_000));
    let foreign = issuer.sign(&issuer.claims("bob").with("iss", "https://other.example.com"));
    let answers = [
        app.get("/me", &expired).await,
        app.get("/me", &foreign).await,
        app.get("/me", "garbage").await,
    ];
    for answer in &answers {
        assert_eq!((answer.status, answer.challenge()), (401, INVALID));
        assert_eq!(answer.body, answers[0].body, "row 94: all faults look alike");
    }
}

#[actix_web::test]
async fn without_the_permission_it_is_403() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let answer = app.get("/read", &issuer.sign(&issuer.claims("carol"))).await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (403, r#"Bearer realm="myapp", error="insufficient_scope""#)
    );
    let allowed = app
        .get("/read", &issuer.sign(&issuer.claims("bob").roles(&["data:read"])))
        .await;
    assert_eq!(allowed.status, 200);
}

#[actix_web::test]
async fn a_stronger_login_is_asked_for_by_name() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let reader = issuer.claims("bob").roles(&["data:read"]);
    let answer = app.get("/gold", &issuer.sign(&reader)).await;
    let challenge =
        r#"Bearer realm="myapp", error="insufficient_user_authentication", acr_values="gold", max_age="300""#;
    assert_eq!((answer.status, answer.challenge()), (401, challenge));
    let now = reader.json()["iat"].clone();
    let strong = reader.with("acr", "gold").with("auth_time", now);
    assert_eq!(app.get("/gold", &issuer.sign(&strong)).await.status, 200);
}

#[actix_web::test]
async fn without_keys_it_is_503_and_no_verdict_on_the_token() {
    let issuer = FakeIssuer::start();
    issuer.certs(Reply::raw(500, "text/plain", "no"));
    let app = TestApp::start(&issuer, all).await;
    let answer = app.get("/me", &issuer.sign(&issuer.claims("bob"))).await;
    assert_eq!((answer.status, answer.challenge()), (503, ""));
    assert!(
        answer
            .header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
    );
    assert_eq!(
        app.call("GET", "/me", &[], None).await.status,
        401,
        "no credentials need no keys"
    );
}

#[actix_web::test]
async fn without_an_rbac_in_the_application_nobody_is_let_in() {
    use actix_web::test::{TestRequest, call_service, init_service};
    let app = init_service(actix_web::App::new().configure(all)).await;
    let response = call_service(&app, TestRequest::get().uri("/read").to_request()).await;
    assert_eq!(response.status(), 500);
    let open = call_service(&app, TestRequest::get().uri("/open").to_request()).await;
    assert_eq!(open.status(), 200);
}

#[actix_web::test]
async fn every_decision_is_recorded_without_the_token() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let token = issuer.sign(&issuer.claims("bob").roles(&["data:read"]));
    app.get("/read", &token).await;
    app.get("/auditor", &token).await;
    app.call("GET", "/read", &[], None).await;
    let seen: Vec<_> = app
        .decisions()
        .iter()
        .map(|event| (event.outcome.to_string(), event.username.clone()))
        .collect();
    let bob = Some("bob".to_owned());
    assert_eq!(
        seen,
        [
            ("allow".to_owned(), bob.clone()),
            ("deny".to_owned(), bob),
            ("deny".to_owned(), None)
        ]
    );
    let all = format!("{:?}", app.decisions());
    assert!(token.split('.').all(|part| !all.contains(part)));
}

#[actix_web::test]
async fn an_application_may_answer_a_denial_itself_but_never_with_success() {
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpRequest, HttpResponse};
    use rbac_core::{Config, Denial, Rbac};
    fn page(denial: &Denial, _: &HttpRequest) -> HttpResponse {
        let login = matches!(denial.reason(), rbac_core::DenialReason::NoCredentials);
        if login {
            HttpResponse::Unauthorized().body("log in")
        } else {
            HttpResponse::Ok().body("let in?")
        }
    }
    let issuer = FakeIssuer::start();
    let config = Config::from_vars(|name| (name == "KEYCLOAK_ISSUER_URL").then(|| issuer.url().to_owned()));
    let rbac = Rbac::builder(config.expect("fine"))
        .on_denial(page)
        .start()
        .await
        .expect("access control");
    let app = init_service(App::new().app_data(rbac).configure(all)).await;
    for path in ["/read", "/plain"] {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        let challenge = response.headers().get("www-authenticate").cloned();
        assert_eq!(
            challenge.expect("the challenge stays"),
            r#"Bearer realm="myapp""#,
            "{path}"
        );
        assert_eq!(actix_web::test::read_body(response).await, "log in", "{path}");
        let broken = TestRequest::get()
            .uri(path)
            .insert_header(("Authorization", "Bearer garbage"))
            .to_request();
        assert_eq!(call_service(&app, broken).await.status(), 401, "{path}");
    }
}
