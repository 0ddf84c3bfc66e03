//! As many arguments as Actix extracts.

use actix_web::{Responder, get, web};
use rbac_core::require_permission;
use rbac_tests::{FakeIssuer, TestApp};

type One = web::Data<u8>;

#[allow(clippy::too_many_arguments)]
#[require_permission("data:read", scope("department", value = **a15))]
#[get("/sixteen")]
async fn sixteen(
    a0: One,
    a1: One,
    a2: One,
    a3: One,
    a4: One,
    a5: One,
    a6: One,
    a7: One,
    a8: One,
    a9: One,
    a10: One,
    a11: One,
    a12: One,
    a13: One,
    a14: One,
    a15: One,
) -> impl Responder {
    let all = [
        a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
    ];
    all.map(|one| **one).iter().sum::<u8>().to_string()
}

fn configure(config: &mut web::ServiceConfig) {
    config.app_data(web::Data::new(3_u8)).service(sixteen);
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let token = |department| {
        issuer.sign(
            &issuer
                .claims("bob")
                .roles(&["data:read"])
                .departments(&[department]),
        )
    };
    assert_eq!(app.get("/sixteen", &token("3")).await.body, "48");
    assert_eq!(app.get("/sixteen", &token("4")).await.status, 403);
}
