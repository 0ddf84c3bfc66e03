//! Names of the user's that look like those of the standard library, and keywords as names.

#![allow(dead_code, non_camel_case_types)]

use rbac_tests::{FakeIssuer, TestApp};

#[allow(unused_macros)]
macro_rules! module_path {
    () => {
        compile_error!("captured")
    };
}

#[allow(unused_macros)]
macro_rules! stringify {
    ($($any:tt)*) => {
        compile_error!("captured")
    };
}

mod handlers {
    use ::rbac_core::{public, require_permission};
    use actix_web::{get, web};

    pub struct Result;
    pub struct Option;
    pub struct String;
    pub struct Vec;
    pub struct Call;
    pub struct Rule;
    pub struct HttpResponse;
    pub struct str;
    pub mod core {}
    pub mod std {}
    pub mod rbac_core {}
    pub fn Ok() {}
    pub fn Err() {}
    pub fn Some() {}
    pub const None: () = ();

    #[require_permission(any("data:read", "data:list"), scope("department", value = *path))]
    #[get("/shadowed/{department}")]
    pub async fn shadowed(path: web::Path<::std::string::String>) -> ::std::string::String {
        path.into_inner()
    }

    #[require_permission("data:read", scope("department", value = *r#type))]
    #[get("/raw/{department}")]
    pub async fn r#match(r#type: web::Path<::std::string::String>) -> ::std::string::String {
        r#type.into_inner()
    }

    #[public(reason = "nothing to see")]
    #[get("/open")]
    pub async fn open() -> &'static ::core::primitive::str {
        "open"
    }
}

fn configure(config: &mut actix_web::web::ServiceConfig) {
    config
        .service(handlers::shadowed)
        .service(handlers::r#match)
        .service(handlers::open);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]).departments(&["it"]));
    for path in ["/shadowed", "/raw"] {
        assert_eq!(app.get(&format!("{path}/it"), &bob).await.body, "it");
        assert_eq!(app.get(&format!("{path}/hr"), &bob).await.status, 403);
    }
    assert_eq!(app.call("GET", "/open", &[], None).await.body, "open");
}
