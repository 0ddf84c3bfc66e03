//! The development switches, in the one build that has them: `cargo test -p rbac-core --features insecure-dev`.
#![cfg(feature = "insecure-dev")]

use actix_web::{App, HttpServer, web};
use rbac_core::{Config, Principal, Rbac};

/// The status that an anonymous caller gets from a server bound to that address.
async fn status(bind: &str) -> u16 {
    let config = Config::from_vars(|name| match name {
        "KEYCLOAK_SERVER_URL" => Some("http://127.0.0.1:9".to_owned()),
        "ENABLE_KEYCLOAK_AUTH" => Some("false".to_owned()),
        _ => None,
    });
    let rbac = Rbac::start(config.expect("this build allows it"))
        .await
        .expect("started");
    let me = |user: Principal| async move { user.subject().to_owned() };
    let server = HttpServer::new(move || App::new().app_data(rbac.clone()).route("/me", web::get().to(me)));
    let server = server
        .workers(1)
        .disable_signals()
        .bind((bind, 0))
        .expect("a free port");
    let address = format!("http://127.0.0.1:{}/me", server.addrs()[0].port());
    actix_web::rt::spawn(server.run());
    reqwest::get(address).await.expect("an answer").status().as_u16()
}

#[actix_web::test]
async fn row_105_a_switch_that_is_off_opens_this_machine_alone_without_being_asked() {
    assert_eq!(status("127.0.0.1").await, 200);
    assert_eq!(status("0.0.0.0").await, 500);
}
