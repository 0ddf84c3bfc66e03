//! Section E: paths and targets.

use rbac_tests::{Answer, FakeIssuer, TestApp};

use crate::handlers::all;

struct Started {
    app: TestApp,
    token: String,
}

async fn started() -> Started {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, all).await;
    let claims = issuer.claims("bob").roles(&["data:read"]);
    let odd = [
        "finance", "a b", "ä", "fi;x", "fi+x", "\u{FFFD}", "a/b", "..", "a%2Fb",
    ];
    let token = issuer.sign(&claims.departments(&odd));
    Started { app, token }
}

impl Started {
    /// The target exactly as it stands, which a client library would tidy up.
    async fn get(&self, target: &str) -> Answer {
        self.request("GET", target).await
    }

    async fn request(&self, method: &str, target: &str) -> Answer {
        let token = &self.token;
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
        self.app.send_raw(request.as_bytes()).await
    }
}

#[actix_web::test]
async fn row_77_the_decision_is_over_the_value_that_the_handler_gets() {
    let started = started().await;
    for (target, value) in [
        ("finance", "finance"),
        ("%66inance", "finance"),
        ("a%20b", "a b"),
        ("%C3%A4", "ä"),
        ("fi;x", "fi;x"),
        ("fi+x", "fi+x"),
        ("fi%2Bx", "fi+x"),
    ] {
        let answer = started.get(&format!("/departments/{target}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, value), "{target}");
    }
    assert_eq!(started.get("/departments/Finance").await.status, 403);
    assert_eq!(started.get("/departments/finance%20").await.status, 403);
}

#[actix_web::test]
async fn row_77_what_two_readers_could_take_for_two_values_is_refused() {
    let started = started().await;
    for target in [
        "a%2Fb",
        "a%2fb",
        "a%252Fb",
        "%2e%2e",
        "%2E",
        "a%5Cb",
        "finance%00",
        "%00",
        "finance%0a",
        "finance%25",
        "finance%7f",
        "finance%",
        "fin%6%31nce",
        "%2%66inance",
        "%6%36inance",
        "finance%2",
        "finance%zz",
    ] {
        let answer = started.get(&format!("/departments/{target}")).await;
        assert_eq!(answer.status, 400, "{target}");
    }
    for target in [
        "/departments//finance",
        "/departments/finance/",
        "//departments/finance",
        "/departments/../departments/finance",
    ] {
        assert_ne!(started.get(target).await.status, 200, "{target}");
    }
    assert_eq!(started.get("/departments/finance").await.status, 200);
}

#[actix_web::test]
async fn row_78_bytes_that_are_no_text_are_refused() {
    let started = started().await;
    for target in ["%FF", "%EF%BF%BD", "finance%FF", "%C3", "%C0%AF"] {
        assert_eq!(
            started.get(&format!("/departments/{target}")).await.status,
            400,
            "{target}"
        );
    }
}

#[actix_web::test]
async fn row_79_an_absolute_target_is_judged_alike() {
    let started = started().await;
    assert_eq!(started.get("http://x/departments/finance").await.status, 200);
    assert_eq!(started.get("http://x/departments/hr").await.status, 403);
    assert_eq!(started.get("http://x/departments/a%2Fb").await.status, 400);
}

#[actix_web::test]
async fn row_80_a_parameter_given_twice_is_refused() {
    let started = started().await;
    assert_eq!(started.get("/by-query?dept=finance").await.status, 200);
    assert_eq!(started.get("/by-query?dept=finance&dept=hr").await.status, 400);
    assert_eq!(started.get("/by-query?dept=hr&dept=finance").await.status, 400);
    assert_eq!(started.get("/by-query?dept=%FF").await.status, 400);
}

#[actix_web::test]
async fn row_90_an_exemption_is_one_route_and_nothing_around_it() {
    let started = started().await;
    for target in [
        "/open/",
        "/open/../read",
        "/open/x",
        "/Open",
        "/open%2F..%2Fread",
        "//open",
    ] {
        assert_ne!(
            started.app.call("GET", target, &[], None).await.status,
            200,
            "{target}"
        );
    }
    assert_eq!(started.app.call("GET", "/open", &[], None).await.status, 200);
}

#[actix_web::test]
async fn row_87_other_methods_open_nothing() {
    let started = started().await;
    for method in ["HEAD", "OPTIONS", "TRACE", "POST", "PROPFIND"] {
        let answer = started.request(method, "/departments/hr").await;
        assert!(answer.status >= 400, "{method} {}", answer.status);
    }
}
