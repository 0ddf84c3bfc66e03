//! What a real Keycloak answers, as tests that hold for the demo's embedded issuer just as well.
//!
//! Every fact was recorded from a Keycloak 26.7 with the realm of `demo-app/realm/myapp-realm.json`. It takes an issuer
//! with that realm and fails where the issuer answers anything else.

use std::pin::Pin;

use super::issuer::Issuer;

mod code;
mod documents;
mod dpop;
mod errors;
mod introspection;
mod sessions;
mod tokens;

/// A check of one fact at an issuer.
pub type Fact = fn(Issuer) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! facts {
    ($($module:ident :: $name:ident),* $(,)?) => {
        vec![$((stringify!($name), |issuer| Box::pin($module::$name(issuer)))),*]
    };
}

/// All facts, each with its name.
#[must_use]
pub fn all() -> Vec<(&'static str, Fact)> {
    facts![
        documents::discovery_names_the_endpoints_under_the_realm,
        documents::an_encryption_key_stands_beside_the_signing_key,
        documents::the_realm_tells_its_not_before,
        documents::an_unknown_realm_is_404,
        tokens::access_tokens_of_users_carry_roles_by_source_and_departments,
        tokens::the_access_token_has_two_audiences_and_the_frontend_as_authorized_party,
        tokens::a_token_without_the_scope_openid_comes_without_an_id_token,
        tokens::an_id_token_is_signed_by_the_same_key_and_only_its_type_tells,
        tokens::a_refresh_token_is_signed_by_a_secret_for_the_issuer_alone,
        tokens::a_service_account_has_no_session_and_no_department,
        tokens::the_token_answer_is_not_to_be_stored,
        errors::wrong_credentials_of_a_user_are_an_invalid_grant,
        errors::wrong_credentials_of_a_client_are_401,
        errors::a_request_that_makes_no_sense_says_why,
        errors::a_public_client_has_no_service_account,
        introspection::an_active_answer_is_the_token_with_client_username_and_type,
        introspection::anything_else_is_exactly_inactive,
        introspection::only_a_confidential_client_may_ask,
        sessions::a_refresh_token_gives_a_new_access_token_of_the_same_session,
        sessions::a_refresh_token_works_for_its_own_client_only,
        sessions::after_logout_introspection_and_refresh_refuse,
        sessions::revoking_a_refresh_token_ends_its_session,
        sessions::revoking_an_access_token_leaves_the_session,
        code::a_login_by_code_and_pkce_gives_tokens_with_the_time_of_login,
        code::a_code_without_its_verifier_is_worth_nothing,
        code::a_code_used_twice_takes_its_tokens_back,
        code::a_login_without_pkce_is_sent_back_with_an_error,
        code::a_foreign_redirect_is_refused_without_following_it,
        dpop::discovery_names_the_algorithms_of_proofs,
        dpop::a_proof_binds_the_tokens_of_a_login_to_its_key,
        dpop::a_service_account_holds_a_key_too,
        dpop::a_wrong_proof_gets_no_token_and_is_told_why,
        dpop::a_proof_gets_tokens_once,
        dpop::a_refresh_token_of_a_public_client_stays_with_its_key,
        dpop::a_refresh_token_of_a_confidential_client_goes_with_its_secret,
        dpop::userinfo_takes_a_bound_token_with_its_proof_alone,
    ]
}
