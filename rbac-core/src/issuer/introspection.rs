//! Asks the issuer about a token (RFC 7662).

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::cache::ExpiringMap;
use super::client::{Answer, IssuerClient};
use super::directory::Directory;
use super::flight::SingleFlight;
use super::unavailable::Unavailable;
use crate::claims;
use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::strict_json;
use crate::telemetry;

/// How long the issuer may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// How many questions may be under way at once.
const MAX_QUESTIONS: usize = 64;
/// How many answers are kept.
const MAX_ANSWERS: usize = 10_000;

/// What the issuer said of an active token; proof that it did: only this file makes one.
#[derive(Clone)]
pub(crate) struct ActiveToken {
    members: Arc<Map<String, Value>>,
}

impl ActiveToken {
    pub(crate) fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}

/// Whether an answer of a moment ago will do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Freshness {
    /// An answer from the short cache will do.
    Cached,
    /// Those who ask at the same time may share one answer.
    Shared,
    /// The issuer is asked for this very request.
    Now,
}

/// Why a token is not known to be active.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum IntrospectionError {
    Inactive,
    Unavailable(Unavailable),
}

/// The digest of a token: the tokens themselves are not kept.
type TokenDigest = [u8; 32];
type Verdict = Result<ActiveToken, IntrospectionError>;

/// Asks one issuer as one client, so its cache and flights need no more than the token as their key.
pub(crate) struct Introspector {
    client: IssuerClient,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    client_id: String,
    secret: SecretString,
    limits: Limits,
    answers: ExpiringMap<TokenDigest, Verdict>,
    flight: Arc<SingleFlight<TokenDigest, Verdict>>,
    questions: Semaphore,
}

impl Introspector {
    /// `None` without a client secret.
    pub(crate) fn new(
        client: IssuerClient,
        directory: Arc<Directory>,
        clock: Arc<dyn Clock>,
        config: &Config,
    ) -> Option<Arc<Self>> {
        Some(Arc::new(Self {
            client,
            directory,
            clock,
            client_id: config.client_id.clone(),
            secret: config.client_secret.clone()?,
            limits: config.limits.clone(),
            answers: ExpiringMap::new(MAX_ANSWERS),
            flight: SingleFlight::new(),
            questions: Semaphore::new(MAX_QUESTIONS),
        }))
    }

    /// What the issuer says of `token`. The claims still have to be checked.
    pub(crate) async fn ask(self: &Arc<Self>, token: &str, freshness: Freshness) -> Verdict {
        let key = key(token);
        if freshness == Freshness::Now {
            return self.question(key, token).await;
        }
        if freshness == Freshness::Cached {
            let known = self.answers.get(&key, self.clock.monotonic());
            telemetry::introspection_cache(known.is_some());
            if let Some(verdict) = known {
                return verdict;
            }
        }
        let (introspector, owned) = (Arc::clone(self), SecretString::from(token));
        let work = || async move { introspector.question(key, owned.expose_secret()).await };
        let shared = self.flight.join(key, DEADLINE, work).await;
        shared.unwrap_or_else(|missing| Err(IntrospectionError::Unavailable(missing.into())))
    }

    async fn question(&self, key: TokenDigest, token: &str) -> Verdict {
        // An answer is as old as its question: the token may have been taken back while it was on its way.
        let asked = self.clock.monotonic();
        let answer = self.send(token).await.map_err(IntrospectionError::Unavailable);
        let verdict = answer.and_then(|answer| judge(&answer));
        telemetry::introspection(result(&verdict), self.clock.monotonic().saturating_sub(asked));
        self.keep(key, &verdict, asked);
        verdict
    }

    async fn send(&self, token: &str) -> Result<Answer, Unavailable> {
        let _place = self.questions.try_acquire().map_err(|_| Unavailable::Busy)?;
        let endpoints = self.directory.endpoints().await?;
        let address = endpoints.introspection.as_deref().ok_or_else(|| {
            Unavailable::UselessAnswer("the issuer names no introspection endpoint".to_owned())
        })?;
        let form = [("token", token), ("token_type_hint", "access_token")];
        self.client
            .post_form(address, &self.client_id, &self.secret, &form, DEADLINE)
            .await
    }

    /// Keeps an answer for a moment, an active one never beyond the token's end. Trouble is not kept.
    fn keep(&self, key: TokenDigest, verdict: &Verdict, asked: Duration) {
        let life = match verdict {
            Ok(active) => {
                let end = active
                    .members
                    .get("exp")
                    .and_then(claims::seconds)
                    .unwrap_or_default();
                let left = Duration::from_secs(end.saturating_sub(self.clock.unix_now()));
                left.min(self.limits.introspection_ttl)
            }
            Err(IntrospectionError::Inactive) => self.limits.inactive_ttl,
            Err(IntrospectionError::Unavailable(_)) => return,
        };
        self.answers
            .insert(key, verdict.clone(), asked.saturating_add(life));
    }
}

fn key(token: &str) -> TokenDigest {
    let mut key = TokenDigest::default();
    // INVARIANT: SHA-256 has 32 bytes, so nothing is cut and two tokens do not meet.
    key.iter_mut()
        .zip(digest(&SHA256, token.as_bytes()).as_ref())
        .for_each(|(to, from)| *to = *from);
    key
}

/// What an answer says, whoever sent it.
fn judge(answer: &Answer) -> Verdict {
    let members = read(answer)
        .inspect_err(alert)
        .map_err(IntrospectionError::Unavailable)?;
    // `true` and nothing like it: RFC 7662 section 2.2 says a boolean.
    if members.get("active") == Some(&Value::Bool(true)) {
        Ok(ActiveToken {
            members: Arc::new(members),
        })
    } else {
        Err(IntrospectionError::Inactive)
    }
}

/// What a body would say if the issuer answered it.
#[cfg(fuzzing)]
pub(crate) fn judge_body(body: &[u8]) -> Verdict {
    judge(&Answer {
        status: StatusCode::OK,
        is_json: true,
        body: body.to_vec(),
    })
}

fn read(answer: &Answer) -> Result<Map<String, Value>, Unavailable> {
    match answer.status {
        StatusCode::OK if answer.is_json => strict_json::parse_object(&answer.body)
            .map_err(|error| Unavailable::UselessAnswer(format!("the introspection answer: {error}"))),
        StatusCode::OK => Err(Unavailable::UselessAnswer(
            "the introspection answer is not JSON".to_owned(),
        )),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Unavailable::ClientRefused(answer.status.as_u16()))
        }
        status => Err(Unavailable::UselessAnswer(format!(
            "status {} for introspection",
            status.as_u16()
        ))),
    }
}

/// What came of a question, in one word.
fn result(verdict: &Verdict) -> &'static str {
    match verdict {
        Ok(_) => "active",
        Err(IntrospectionError::Inactive) => "inactive",
        Err(IntrospectionError::Unavailable(_)) => "error",
    }
}

fn alert(error: &Unavailable) {
    tracing::error!(%error, "introspection does not work; requests that need it get 503");
}
