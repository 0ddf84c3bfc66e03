//! The API: one handler after another with its rule above it.

mod admin;
mod fallback;
mod health;
mod input;
mod me;
mod metrics;
mod pages;
mod records;
mod reports;
mod users;

use actix_web::web::ServiceConfig;
use rbac_core::{Principal, backchannel_logout, guarded};

use crate::problem;

pub(crate) use fallback::head_as_get;

/// Adds all handlers, and answers for what there is not. A handler without a rule does not compile here.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .app_data(problem::json_config())
        .app_data(problem::path_config());
    guarded(config)
        .service(health::live)
        .service(health::ready)
        .service(metrics::scrape)
        .service(me::me)
        .service(records::list)
        .service(records::add)
        .service(reports::add)
        .service(reports::show)
        .service(users::list)
        .service(users::remove)
        .service(admin::audit)
        .service(pages::matrix)
        .service(backchannel_logout);
    fallback::configure(config);
}

/// Who made something: the user's name, or the issuer's id for one without.
fn author(user: &Principal) -> String {
    user.username().unwrap_or(user.subject()).to_owned()
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::init_service;
    use rbac_core::testing::audit_routes;

    #[actix_web::test]
    async fn every_route_has_a_rule() {
        let app = init_service(App::new().configure(super::configure)).await;
        let audit = audit_routes(&app).await;
        audit.assert_guarded();
        assert_eq!(
            audit.guarded().count(),
            rbac_core::rules().len(),
            "every rule has its route"
        );
    }
}
