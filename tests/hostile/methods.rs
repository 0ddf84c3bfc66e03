//! Section E: methods, preflight, bodies that disagree with paths, routes without a rule.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpRequest, HttpResponse, Responder, post, route, web};
use rbac_core::require_permission;
use rbac_core::testing::audit_routes;
use rbac_tests::{FakeIssuer, TestApp};

use crate::handlers::{Report, all};

#[require_permission("data:read")]
#[route(
    "/each",
    method = "GET",
    method = "HEAD",
    method = "OPTIONS",
    method = "TRACE"
)]
async fn each(request: HttpRequest) -> impl Responder {
    HttpResponse::Ok()
        .insert_header(("x-ran", request.method().as_str()))
        .finish()
}

/// The path's department and the body's must both be the caller's.
#[require_permission("reports:generate", scope = "department", scope("department", value = body.department))]
#[post("/both/{department}")]
async fn both(path: web::Path<String>, body: web::Json<Report>) -> impl Responder {
    HttpResponse::Created().body(format!("{path} {}", body.department))
}

/// The path alone is the rule's, and what the handler goes by.
#[require_permission("reports:generate", scope = "department")]
#[post("/one/{department}")]
async fn one(path: web::Path<String>, _: web::Json<Report>) -> impl Responder {
    HttpResponse::Created().body(path.into_inner())
}

fn handlers(services: &mut web::ServiceConfig) {
    services.service(each).service(both).service(one);
}

#[actix_web::test]
async fn row_87_every_method_of_a_route_has_its_rule() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    let reader = format!(
        "Bearer {}",
        issuer.sign(&issuer.claims("bob").roles(&["data:read"]))
    );
    let nobody = format!("Bearer {}", issuer.sign(&issuer.claims("carol")));
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        let status = async |header: Option<&str>| {
            let headers: Vec<(&str, &[u8])> = header
                .iter()
                .map(|value| ("Authorization", value.as_bytes()))
                .collect();
            let answer = app.call(method, "/each", &headers, None).await;
            (answer.status, answer.header("x-ran").map(str::to_owned))
        };
        assert_eq!(status(None).await, (401, None), "{method}");
        assert_eq!(status(Some(&nobody)).await, (403, None), "{method}");
        assert_eq!(
            status(Some(&reader)).await,
            (200, Some(method.to_owned())),
            "{method}"
        );
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "get", "FOO"] {
        let headers: [(&str, &[u8]); 1] = [("Authorization", reader.as_bytes())];
        assert!(
            app.call(method, "/each", &headers, None).await.status >= 400,
            "{method}"
        );
    }
}

const PREFLIGHT: [(&str, &[u8]); 2] = [
    ("Origin", b"https://app.example.com"),
    ("Access-Control-Request-Method", b"POST"),
];

#[actix_web::test]
async fn row_88_a_preflight_reaches_no_handler_and_is_no_login() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    // Without a middleware that answers it: whatever it gets, the handler does not run, and no origin is let in.
    for path in ["/each", "/both/finance"] {
        let answer = app.call("OPTIONS", path, &PREFLIGHT, None).await;
        assert!(answer.status >= 400, "{path}");
        assert_eq!(
            (
                answer.header("x-ran"),
                answer.header("access-control-allow-origin")
            ),
            (None, None)
        );
    }
    let reader = format!(
        "Bearer {}",
        issuer.sign(&issuer.claims("bob").roles(&["data:read"]))
    );
    let mut headers = PREFLIGHT.to_vec();
    headers.push(("Authorization", reader.as_bytes()));
    assert_eq!(
        app.call("OPTIONS", "/each", &headers, None).await.header("x-ran"),
        Some("OPTIONS")
    );
}

/// What a CORS middleware does: it answers a preflight, and nothing else.
async fn cors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let headers = request.headers();
    let is_preflight = request.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        return Ok(request.into_response(HttpResponse::NoContent().finish()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

#[actix_web::test]
async fn row_88_a_middleware_in_front_answers_the_preflight_alone() {
    use actix_web::test::{TestRequest, call_service, init_service};
    let issuer = FakeIssuer::start();
    let rbac = TestApp::start(&issuer, handlers).await.rbac;
    let app = init_service(App::new().app_data(rbac).wrap(from_fn(cors)).configure(handlers)).await;
    let call = async |headers: &[(&'static str, &'static [u8])]| {
        let options = TestRequest::with_uri("/each").method(Method::OPTIONS);
        let add =
            |request: TestRequest, header: &(&'static str, &'static [u8])| request.insert_header(*header);
        let request = headers.iter().fold(options, add);
        call_service(&app, request.to_request()).await.status().as_u16()
    };
    assert_eq!(call(&PREFLIGHT).await, 204);
    assert_eq!(call(&[]).await, 401, "OPTIONS alone is a call like any other");
    assert_eq!(call(&PREFLIGHT[..1]).await, 401);
    assert_eq!(call(&PREFLIGHT[1..]).await, 401);
    let get = TestRequest::with_uri("/each")
        .insert_header(PREFLIGHT[0])
        .insert_header(PREFLIGHT[1]);
    assert_eq!(call_service(&app, get.to_request()).await.status().as_u16(), 401);
}

#[actix_web::test]
async fn row_81_path_and_body_that_disagree_have_one_source_or_are_both_the_callers() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, handlers).await;
    let bob = issuer
        .claims("bob")
        .roles(&["reports:generate"])
        .departments(&["finance"]);
    let token = issuer.sign(&bob);
    let (finance, hr) = (r#"{"department": "finance"}"#, r#"{"department": "hr"}"#);
    assert_eq!(app.post("/both/finance", &token, finance).await.status, 201);
    assert_eq!(app.post("/both/finance", &token, hr).await.status, 403);
    assert_eq!(app.post("/both/hr", &token, finance).await.status, 403);
    let answer = app.post("/one/finance", &token, hr).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (201, "finance"),
        "the body decides nothing"
    );
    assert_eq!(app.post("/one/hr", &token, finance).await.status, 403);
    for twice in [
        r#"{"department": "finance", "department": "hr"}"#,
        r#"{"department": "hr", "department": "finance"}"#,
    ] {
        assert_ne!(
            app.post("/both/finance", &token, twice).await.status,
            201,
            "{twice}"
        );
    }
}

#[actix_web::test]
async fn row_95_a_route_without_a_rule_is_found() {
    let app = actix_web::test::init_service(App::new().configure(handlers)).await;
    audit_routes(&app).await.assert_guarded();
    let forgetful = App::new()
        .configure(all)
        .route("/forgotten", web::get().to(async || "everybody's"));
    let app = actix_web::test::init_service(forgetful).await;
    let audit = audit_routes(&app).await;
    let open: Vec<&str> = audit.open().iter().map(String::as_str).collect();
    // `/extracted` and `/plain` are guarded by an extractor, which is no rule above a handler.
    assert_eq!(
        open,
        ["GET /extracted/{department}", "GET /forgotten", "GET /plain"]
    );
}
