//! The login page and what it sends.

use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Issuer;
use super::authorize::Back;
use super::form::Form;
use super::page;
use super::realm::same_secret;
use super::scope;
use super::state::{Code, LoginRequest, PendingLogin, Session, locked, random_id};

/// The cookie that binds a login page to the browser that asked for it.
const SESSION_COOKIE: &str = "AUTH_SESSION_ID";

/// Shows the login page for `request`.
pub(super) fn show(issuer: &Issuer, request: LoginRequest) -> HttpResponse {
    let (id, browser, now) = (random_id::<32>(), random_id::<32>(), issuer.clock.now());
    let page = page::login(&issuer.url, &id, &request, None);
    let cookie = format!(
        "{SESSION_COOKIE}={browser}; Path={}/; HttpOnly; SameSite=Lax",
        issuer.url.path()
    );
    let until = now + issuer.realm.lifespans().login;
    locked(&issuer.state.logins).insert(id, PendingLogin { browser, request }, until, now);
    with_cookie(page, &cookie)
}

fn with_cookie(mut page: HttpResponse, cookie: &str) -> HttpResponse {
    let Ok(cookie) = HeaderValue::from_str(cookie) else {
        return page::error(StatusCode::INTERNAL_SERVER_ERROR, "Unexpected server error");
    };
    page.headers_mut().insert(SET_COOKIE, cookie);
    page
}

/// `POST /realms/{realm}/login-actions/authenticate`: what the login page sends.
pub(super) async fn answer(issuer: web::Data<Issuer>, request: HttpRequest, form: Form) -> HttpResponse {
    let query = Form::parse(request.query_string().as_bytes()).unwrap_or_default();
    let id = query.field("session_code").unwrap_or_default();
    let now = issuer.clock.now();
    let pending = locked(&issuer.state.logins).get(id, now).cloned();
    // INVARIANT: only the browser that was shown this page may answer it, so no other site can log somebody in.
    let Some(pending) = pending.filter(|pending| is_same_browser(&request, pending)) else {
        return page::error(
            StatusCode::BAD_REQUEST,
            "Your login attempt timed out. Please start again.",
        );
    };
    let (name, password) = (form.field("username"), form.field("password"));
    let user = issuer
        .realm
        .log_in(name.unwrap_or_default(), password.unwrap_or_default());
    let Some(user) = user.filter(|user| issuer.is_enabled(user)) else {
        return page::login(&issuer.url, id, &pending.request, Some(name.unwrap_or_default()));
    };
    if locked(&issuer.state.logins).remove(id, now).is_none() {
        return page::error(StatusCode::BAD_REQUEST, "You are already logged in.");
    }
    finish(&issuer, pending.request, user.username(), now)
}

fn is_same_browser(request: &HttpRequest, pending: &PendingLogin) -> bool {
    let cookies = request
        .headers()
        .get_all(COOKIE)
        .filter_map(|header| header.to_str().ok());
    let pairs = cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| *name == SESSION_COOKIE)
        .any(|(_, value)| same_secret(&pending.browser, value))
}

/// Begins the session and sends the browser back with a code for it.
fn finish(issuer: &Issuer, request: LoginRequest, username: &str, now: u64) -> HttpResponse {
    let lifespans = issuer.realm.lifespans();
    let session = Session {
        username: username.to_owned(),
        client: request.client.clone(),
        scope: request.scope.clone(),
        started: now,
        authenticated: Some(now),
        offline: scope::is_offline(&request.scope),
    };
    let (sid, _) = issuer.state.begin_session(session, lifespans);
    let code = random_id::<32>();
    let response = {
        let LoginRequest {
            redirect_uri,
            in_fragment,
            state,
            ..
        } = &request;
        let (issuer, state) = (issuer.url.issuer(), state.as_deref());
        let back = Back {
            issuer,
            redirect_uri,
            in_fragment: *in_fragment,
            state,
        };
        back.send(&[("session_state", &sid), ("code", &code)])
    };
    locked(&issuer.state.codes).insert(code, Code::Fresh { sid, request }, now + lifespans.code, now);
    response
}
