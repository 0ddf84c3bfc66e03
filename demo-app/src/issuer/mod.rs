//! An OpenID Connect issuer inside the demo, for a machine without Keycloak.
//!
//! It answers on Keycloak's paths with Keycloak's claims and errors, from the same realm file that a Keycloak imports,
//! so that putting a Keycloak in its place changes nothing. Its tokens are real: RSA keys made at start, signatures that
//! anybody can check. It is no issuer for production: all it knows is in memory, and its passwords are printed.

mod authorize;
mod backchannel;
mod claims;
mod client_authentication;
mod clock;
mod cors;
mod discovery;
mod dpop;
mod expiring;
mod form;
mod grants;
mod introspect;
mod jws;
mod keys;
mod login;
mod logout;
mod mint;
mod oauth_error;
mod page;
mod proof_key;
mod realm;
mod revoke;
mod scope;
mod state;
mod token;
mod url;
mod userinfo;

use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Resource, guard, web};
use rbac_core::dpop::MemoryReplayStore;
use serde_json::json;

pub use clock::Clock;
pub use keys::{KeyError, Keys};
pub use realm::{Realm, RealmError, User};

use state::{State, locked};
use url::IssuerUrl;

/// The embedded issuer.
pub struct Issuer {
    realm: Realm,
    url: IssuerUrl,
    keys: Keys,
    clock: Clock,
    state: State,
    used_proofs: MemoryReplayStore,
    caller: Option<reqwest::Client>,
}

impl Issuer {
    /// An issuer for `realm` whose tokens name `http://{authority}/realms/{realm}` as their issuer.
    #[must_use]
    pub fn new(realm: Realm, authority: &str, keys: Keys, clock: Clock) -> Self {
        let url = IssuerUrl::new(authority, realm.name());
        Self {
            realm,
            url,
            keys,
            clock,
            state: State::new(),
            used_proofs: MemoryReplayStore::with_capacity(MemoryReplayStore::CAPACITY),
            caller: backchannel::caller(),
        }
    }

    /// What its tokens name as `iss`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.issuer()
    }

    /// The realm that it speaks for.
    #[must_use]
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// Turns an account off or on, as an administrator would: while off, nobody logs in with it and its tokens are
    /// inactive. Returns whether there is such an account.
    pub fn set_enabled(&self, username: &str, enabled: bool) -> bool {
        let known = self.realm.user(username).is_some();
        let mut disabled = locked(&self.state.disabled_users);
        if enabled || !known {
            disabled.remove(username);
        } else {
            disabled.insert(username.to_owned());
        }
        known
    }

    /// Its endpoints; the application data has to hold a [`web::Data`] of the issuer itself.
    pub fn service(&self) -> impl HttpServiceFactory + use<> {
        let oidc = web::scope("/protocol/openid-connect")
            .service(post("/token/introspect").route(web::post().to(introspect::introspect)))
            .service(post("/token").route(web::post().to(token::token)))
            .service(post("/revoke").route(web::post().to(revoke::revoke)))
            .service(get("/certs").route(reading().to(discovery::certs)))
            .service(get("/auth").route(reading().to(authorize::authorize)))
            .service(
                both("/logout")
                    .route(web::get().to(logout::by_browser))
                    .route(web::post().to(logout::by_application)),
            )
            .service(
                both("/userinfo")
                    .route(reading().to(userinfo::userinfo))
                    .route(web::post().to(userinfo::userinfo)),
            );
        web::scope(self.url.path())
            .wrap(from_fn(cors::cross_origin))
            .service(get("").route(reading().to(discovery::realm)))
            .service(get("/").route(reading().to(discovery::realm)))
            .service(get("/.well-known/openid-configuration").route(reading().to(discovery::configuration)))
            .service(post("/login-actions/authenticate").route(web::post().to(login::answer)))
            .service(oidc)
            .default_service(web::to(not_found))
    }
}

/// The answer outside the realm.
pub async fn no_such_realm(request: HttpRequest) -> HttpResponse {
    if request.path().starts_with("/realms/") {
        return HttpResponse::NotFound().json(json!({ "error": "Realm does not exist" }));
    }
    not_found().await
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(json!({ "error": "HTTP 404 Not Found" }))
}

fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn get(path: &str) -> Resource {
    only(path, "GET, HEAD")
}

fn post(path: &str) -> Resource {
    only(path, "POST")
}

fn both(path: &str) -> Resource {
    only(path, "GET, HEAD, POST")
}

/// An address that answers any other method with 405 and the ones it has.
fn only(path: &str, methods: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move || async move {
        HttpResponse::MethodNotAllowed()
            .insert_header((actix_web::http::header::ALLOW, methods))
            .json(json!({ "error": "HTTP 405 Method Not Allowed" }))
    }))
}
