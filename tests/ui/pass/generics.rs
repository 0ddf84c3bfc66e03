//! Type and constant parameters, `where`, and what each handler is registered for.

use actix_web::{Responder, web};
use rbac_core::require_permission;
use rbac_tests::{FakeIssuer, TestApp};

trait Store: Default + 'static {
    const NAME: &'static str;

    fn read(&self) -> String;
}

#[derive(Default)]
struct Memory;

impl Store for Memory {
    const NAME: &'static str = "memory";

    fn read(&self) -> String {
        "kept in mind".into()
    }
}

#[require_permission("data:read", scope("department", value = department))]
async fn read<S, const TIMES: usize>(store: web::Data<S>, department: web::Path<String>) -> impl Responder
where
    S: Store,
{
    format!("{department}, {}: {}", S::NAME, store.read().repeat(TIMES))
}

#[require_permission("data:read")]
async fn name<S: Store>() -> impl Responder {
    S::NAME
}

fn configure(config: &mut web::ServiceConfig) {
    config.app_data(web::Data::new(Memory));
    config.route("/read/{department}", web::get().to(read::<Memory, 2>));
    config.route("/name", web::get().to(name::<Memory>));
}

#[actix_web::main]
async fn main() {
    let issuer = FakeIssuer::start();
    let app = TestApp::start(&issuer, configure).await;
    let bob = issuer.sign(&issuer.claims("bob").roles(&["data:read"]).departments(&["it"]));
    assert_eq!(
        app.get("/read/it", &bob).await.body,
        "it, memory: kept in mindkept in mind"
    );
    assert_eq!(app.get("/read/hr", &bob).await.status, 403);
    assert_eq!(app.get("/name", &bob).await.body, "memory");
    assert_eq!(
        app.get("/name", &issuer.sign(&issuer.claims("carol")))
            .await
            .status,
        403
    );
}
