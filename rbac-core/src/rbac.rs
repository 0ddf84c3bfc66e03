//! Access control, ready to be put into an application.

use std::fmt;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use futures_util::future::try_join_all;

use rbac_catalogue::{Catalogue, CatalogueError};

use crate::actix::DenialAnswer;
use crate::audit::{self, AuditSink, DecisionEvent, Outcome};
use crate::authenticate::{AuthenticationError, Authenticator, Authority, Presented, TokenCacheStats};
use crate::catalogue::{self, Grants};
use crate::claims::Claims;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::dpop::{MemoryReplayStore, ReplayStore};
use crate::issuer::{BuildError, DiscoveryError, Unavailable};
use crate::principal::Principal;
use crate::revocation::{Revocation, RevocationError};
use crate::role::Role;
use crate::rule::{Access, rules};
use crate::telemetry;

/// Access control, by the tokens of one issuer or several. Cheap to clone; give every application a clone.
///
/// ```no_run
/// use actix_web::{App, HttpServer};
/// use rbac_core::{Config, Rbac};
///
/// #[actix_web::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let rbac = Rbac::start(Config::from_env()?).await?;
///     HttpServer::new(move || App::new().app_data(rbac.clone())).bind("127.0.0.1:8080")?.run().await?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Rbac(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Arc<dyn Clock>,
    catalogues: Vec<Catalogue>,
    authenticator: Authenticator,
    sinks: Vec<Box<dyn AuditSink>>,
    denial_answer: Option<DenialAnswer>,
}

/// Access control cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No HTTP client, as when the system's certificates cannot be read.
    #[error(transparent)]
    Client(#[from] BuildError),
    /// The issuer's own documents contradict the configuration.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// A catalogue that is linked in cannot be used; it was changed behind the compiler's back.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// Whether tokens can be judged now.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Readiness {
    /// They can.
    Ready,
    /// They cannot, and why.
    NotReady(Unavailable),
}

/// An [`Rbac`] with more than its configuration.
pub struct RbacBuilder {
    config: Config,
    clock: Arc<dyn Clock>,
    sinks: Vec<Box<dyn AuditSink>>,
    catalogues: Vec<Catalogue>,
    denial_answer: Option<DenialAnswer>,
    replay_store: Option<Arc<dyn ReplayStore>>,
}

impl Rbac {
    /// Starts with the system's clock and the log alone.
    ///
    /// # Errors
    /// As [`RbacBuilder::start`].
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::builder(config).start().await
    }

    /// Begins with a configuration.
    #[must_use]
    pub fn builder(config: Config) -> RbacBuilder {
        RbacBuilder {
            config,
            clock: Arc::new(SystemClock),
            sinks: Vec::new(),
            catalogues: Vec::new(),
            denial_answer: None,
            replay_store: None,
        }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The principal of an access token, as a handler would get it.
    ///
    /// There is no request to prove anything with, so a token that is bound to a key or certificate is refused.
    ///
    /// # Errors
    /// The token is not acceptable, or nobody could judge it.
    pub async fn authenticate(&self, token: &str) -> Result<Principal, AuthenticationError> {
        self.0
            .authenticator
            .authenticate(&Presented::bearer(token), false)
            .await
    }

    /// Takes tokens back before their end. From the next request on they are refused.
    ///
    /// # Errors
    /// The revocation names nothing that could be taken back here.
    pub async fn revoke(&self, revocation: &Revocation) -> Result<(), RevocationError> {
        let issuer = revocation.issuer().unwrap_or(self.0.config.issuer());
        let mut authorities = self.0.authenticator.authorities();
        let authority = authorities
            .find(|authority| authority.issuer() == issuer)
            .ok_or(RevocationError::UnknownIssuer)?;
        let change = authority.revocations().requested(revocation)?;
        authority.revocations().apply(change);
        Ok(())
    }

    /// What the cache of verified tokens holds and did; `None` where it is off.
    #[must_use]
    pub fn token_cache(&self) -> Option<TokenCacheStats> {
        self.0.authenticator.cache_stats()
    }

    /// Whether tokens can be judged now; asks the issuer if that is not known.
    pub async fn readiness(&self) -> Readiness {
        if self.0.config.switches.insecure_skip_authentication {
            return Readiness::Ready;
        }
        for authority in self.0.authenticator.authorities() {
            if let Err(reason) = authority.ready().await {
                return Readiness::NotReady(reason);
            }
        }
        Readiness::Ready
    }

    /// The one that the application offers to its handlers.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let plain = request.app_data::<Self>();
        plain
            .or_else(|| request.app_data::<web::Data<Self>>().map(|data| data.get_ref()))
            .cloned()
    }

    pub(crate) fn authenticator(&self) -> &Authenticator {
        &self.0.authenticator
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.0.clock.unix_now()
    }

    /// The catalogues of this program and those of the builder.
    pub(crate) fn catalogues(&self) -> &[Catalogue] {
        &self.0.catalogues
    }

    /// Somebody at the first issuer with `roles` and nothing else, to ask the policy about.
    ///
    /// INVARIANT: nobody was authenticated, so it must never reach a handler.
    pub(crate) fn bearer_of(&self, roles: &[Role]) -> Principal {
        let policy = self.0.config.role_policy(Grants::of_all(&self.0.catalogues));
        Principal::new(Claims::of_roles(roles), &Arc::new(policy))
    }

    pub(crate) fn denial_answer(&self) -> Option<DenialAnswer> {
        self.0.denial_answer
    }

    /// Whether anybody wants to know of decisions of that outcome.
    pub(crate) fn records(&self, outcome: Outcome) -> bool {
        !self.0.sinks.is_empty() || audit::logs(outcome)
    }

    pub(crate) fn record(&self, event: &DecisionEvent) {
        audit::log(event);
        for sink in &self.0.sinks {
            sink.record(event);
        }
    }
}

impl fmt::Debug for Rbac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rbac")
            .field("issuer", &self.0.config.issuer())
            .finish_non_exhaustive()
    }
}

impl RbacBuilder {
    /// Sends every decision to `sink` too.
    #[must_use]
    pub fn audit(mut self, sink: impl AuditSink) -> Self {
        self.sinks.push(Box::new(sink));
        self
    }

    /// Lets roles grant what `catalogue` says, beside the `rbac.toml` that the attributes found when compiling.
    #[must_use]
    pub fn catalogue(mut self, catalogue: Catalogue) -> Self {
        self.catalogues.push(catalogue);
        self
    }

    /// Answers denials with `answer`, unless the handler has its own.
    #[must_use]
    pub fn on_denial(mut self, answer: DenialAnswer) -> Self {
        self.denial_answer = Some(answer);
        self
    }

    /// Remembers DPoP proofs in `store` instead of this process's memory: for several instances behind one address, each of
    /// which would otherwise take a proof once.
    #[must_use]
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.replay_store = Some(Arc::new(store));
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Asks the issuer for its endpoints and keys, and starts.
    ///
    /// An issuer that cannot be reached is no reason not to start: requests are then answered with 503, and
    /// [`Rbac::readiness`] says why, until it comes back.
    ///
    /// # Errors
    /// The issuer's documents contradict the configuration, or there is no HTTP client.
    pub async fn start(self) -> Result<Rbac, StartError> {
        let mut catalogues = catalogue::embedded()?;
        catalogues.extend(self.catalogues);
        let grants = Grants::of_all(&catalogues);
        let Self {
            config,
            clock,
            sinks,
            denial_answer,
            replay_store,
            ..
        } = self;
        let used_proofs = replay_store.unwrap_or_else(|| {
            let capacity = config.sender.remembered_proofs;
            Arc::new(MemoryReplayStore::with_clock(capacity, Arc::clone(&clock)))
        });
        let authenticator = Authenticator::new(&config, &clock, &grants, used_proofs)?;
        let rbac = Rbac(Arc::new(Inner {
            config,
            clock,
            catalogues,
            authenticator,
            sinks,
            denial_answer,
        }));
        telemetry::describe();
        rbac.warn();
        rbac.meet_issuers().await?;
        Ok(rbac)
    }
}

impl Rbac {
    async fn meet_issuers(&self) -> Result<(), StartError> {
        if self.0.config.switches.insecure_skip_authentication {
            return Ok(());
        }
        let met = self.0.authenticator.authorities().map(|authority| async move {
            let issuer = authority.issuer();
            match authority.meet().await {
                Err(Unavailable::Discovery(contradiction)) => Err(contradiction.into()),
                Err(reason) => {
                    tracing::warn!(issuer, %reason, "the issuer does not answer yet; its tokens get 503 until it does");
                    Ok(())
                }
                Ok(()) => Ok(()),
            }
        });
        try_join_all(met).await.map(drop)
    }

    /// Says what an operator should know before the first request.
    fn warn(&self) {
        let asks =
            |access: &Access| matches!(access, Access::Protected(requirement) if requirement.is_fresh());
        let can_introspect = |authority: &Arc<Authority>| authority.can_introspect();
        if !self.0.authenticator.authorities().all(can_introspect)
            && let Some(rule) = rules().into_iter().find(|rule| asks(rule.access()))
        {
            let handler = rule.site().handler();
            tracing::warn!(
                handler,
                "a `fresh` handler needs `KEYCLOAK_CLIENT_SECRET`; it answers 503 until it is set"
            );
        }
        if self.0.config.explain {
            tracing::warn!(
                "`RBAC_EXPLAIN` is `true`: every denial tells its caller the rule and the token's roles"
            );
        }
        if self.0.config.switches.insecure_skip_signature {
            tracing::error!("insecure: signatures are not verified");
        }
        if self.0.config.switches.insecure_skip_authentication {
            tracing::error!("insecure: nobody is authenticated, and everybody is the admin");
        }
    }
}
