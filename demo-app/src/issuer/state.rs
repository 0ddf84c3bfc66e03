//! What the issuer remembers: logins under way, codes, sessions, revoked tokens. All of it bounded, none of it kept.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::expiring::Expiring;
use super::proof_key::Challenge;
use super::realm::Lifespans;

/// The most sessions, and the most revoked tokens, that are remembered.
const SESSIONS: usize = 50_000;
/// The most logins and codes under way.
const LOGINS: usize = 10_000;

/// Everything that changes while the issuer runs.
#[derive(Debug)]
pub(super) struct State {
    pub(super) sessions: Mutex<Expiring<Session>>,
    pub(super) logins: Mutex<Expiring<PendingLogin>>,
    pub(super) codes: Mutex<Expiring<Code>>,
    pub(super) revoked: Mutex<Expiring<()>>,
    pub(super) disabled_users: Mutex<HashSet<String>>,
}

/// A user who is logged in at a client.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) username: String,
    pub(super) client: String,
    pub(super) scope: String,
    pub(super) started: u64,
    /// When the user typed a password, for a login in the browser.
    pub(super) authenticated: Option<u64>,
    /// Whether it outlives the browser's session, for the scope `offline_access`.
    pub(super) offline: bool,
}

impl Session {
    /// Until when it lasts if nobody refreshes it after `now`.
    pub(super) fn until(&self, lifespans: Lifespans, now: u64) -> u64 {
        if self.offline {
            return now + lifespans.offline_idle;
        }
        (now + lifespans.session_idle).min(self.started + lifespans.session_max)
    }
}

/// A login page that was shown and not answered yet.
#[derive(Clone, Debug)]
pub(super) struct PendingLogin {
    /// What the browser that asked for the page was given to keep: only it may answer.
    pub(super) browser: String,
    pub(super) request: LoginRequest,
}

/// What a client asked for when it sent the browser here.
#[derive(Clone, Debug)]
pub(super) struct LoginRequest {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) in_fragment: bool,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    pub(super) challenge: Option<Challenge>,
}

/// An authorization code.
#[derive(Debug)]
pub(super) enum Code {
    /// Nobody has used it.
    Fresh { sid: String, request: LoginRequest },
    /// Somebody has; whoever comes second ends the session, since one of the two stole it.
    Spent { sid: String },
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            sessions: Mutex::new(Expiring::with_capacity(SESSIONS)),
            logins: Mutex::new(Expiring::with_capacity(LOGINS)),
            codes: Mutex::new(Expiring::with_capacity(LOGINS)),
            revoked: Mutex::new(Expiring::with_capacity(SESSIONS)),
            disabled_users: Mutex::default(),
        }
    }

    /// Begins a session; returns its id, and until when it lasts if nobody refreshes it.
    pub(super) fn begin_session(&self, session: Session, lifespans: Lifespans) -> (String, u64) {
        let (sid, now) = (random_id::<18>(), session.started);
        let until = session.until(lifespans, now);
        locked(&self.sessions).insert(sid.clone(), session, until, now);
        (sid, until)
    }

    /// The session of that id, if it has not ended.
    pub(super) fn session(&self, sid: &str, now: u64) -> Option<Session> {
        locked(&self.sessions).get(sid, now).cloned()
    }

    /// Keeps a session alive for as long as it may idle, within its greatest age.
    pub(super) fn keep_session(&self, sid: &str, session: &Session, lifespans: Lifespans, now: u64) -> u64 {
        let until = session.until(lifespans, now);
        locked(&self.sessions).keep_until(sid, until);
        until
    }

    /// Ends a session; whether there was one.
    pub(super) fn end_session(&self, sid: &str, now: u64) -> bool {
        locked(&self.sessions).remove(sid, now).is_some()
    }

    /// Uses a code: its session and what was asked for, the first time.
    pub(super) fn redeem(&self, code: &str, now: u64) -> Option<(String, LoginRequest)> {
        let mut codes = locked(&self.codes);
        let found = codes.get_mut(code, now)?;
        let (Code::Fresh { sid, .. } | Code::Spent { sid }) = &*found;
        match std::mem::replace(found, Code::Spent { sid: sid.clone() }) {
            Code::Fresh { sid, request } => Some((sid, request)),
            Code::Spent { sid } => {
                drop(codes);
                self.end_session(&sid, now);
                None
            }
        }
    }

    /// Takes one access token back.
    pub(super) fn revoke(&self, token_id: &str, until: u64, now: u64) {
        locked(&self.revoked).insert(token_id.to_owned(), (), until, now);
    }

    pub(super) fn is_revoked(&self, token_id: &str, now: u64) -> bool {
        locked(&self.revoked).get(token_id, now).is_some()
    }

    pub(super) fn is_disabled(&self, username: &str) -> bool {
        locked(&self.disabled_users).contains(username)
    }
}

/// The content of a lock. What panicked with it held left it whole: every change here is a single step.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `N` random bytes as text that fits into a URL.
pub(super) fn random_id<const N: usize>() -> String {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
