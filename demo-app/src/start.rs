//! Everything brought up in the right order, and taken down again.

use std::io;
use std::net::SocketAddr;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer, web};
use rbac_core::Rbac;
use tokio::task::JoinHandle;

use crate::api;
use crate::audit::AuditTrail;
use crate::issuer::{Clock, Issuer, Keys, Realm, no_such_realm};
use crate::listen::{self, Port};
use crate::metrics;
use crate::settings::{Address, Database, Settings, issuer_url, origins};
use crate::start_error::{BindFault, StartError};
use crate::store::Store;

/// Seconds that requests under way may still take when the demo ends.
const GRACE_SECONDS: u64 = 3;

/// The demo while it runs.
pub struct Demo {
    api: Running,
    issuer: Option<(web::Data<Issuer>, Running)>,
    rbac: Rbac,
    store: Store,
    upkeep: JoinHandle<()>,
}

struct Running {
    address: SocketAddr,
    authority: String,
    handle: ServerHandle,
    ended: JoinHandle<io::Result<()>>,
}

impl Demo {
    /// Takes the ports, makes the keys and the data, and serves until [`Self::stop`].
    ///
    /// # Errors
    /// [`StartError`]; its `Display` is one line that names the variable to change.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let port = take("DEMO_BIND", &settings.bind)?;
        let issuer_bind = settings.issuer_bind.as_ref();
        let issuer_port = issuer_bind
            .map(|address| take("DEMO_ISSUER_BIND", address))
            .transpose()?;
        let issuer_url = issuer_port.as_ref().map(|port| issuer_url(&port.authority));
        let config = settings.access_control(issuer_url.as_deref())?;
        config.check_bind(port.address)?;
        let store = open(&settings.database)?;
        // The issuer answers before the access control asks it for its keys.
        let issuer = match issuer_port {
            Some(issuer_port) => Some(start_issuer(issuer_port, &port).await?),
            None => None,
        };
        let trail = AuditTrail::start(store.clone());
        // Before the access control, which tells what it will count.
        let upkeep = metrics::start();
        let started = Rbac::builder(config).audit(trail.clone()).start().await;
        let rbac = match started {
            Ok(rbac) => rbac,
            Err(error) => {
                upkeep.abort();
                // A temporary folder should not outlive the attempt.
                store.close().await;
                return Err(error.into());
            }
        };
        let api = start_api(port, &rbac, &store, &trail)?;
        Ok(Self {
            api,
            issuer,
            rbac,
            store,
            upkeep,
        })
    }

    /// Where the API listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.api.address
    }

    /// The API's URL, without a path.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.api.authority)
    }

    /// The issuer whose tokens the API takes.
    #[must_use]
    pub fn issuer_url(&self) -> &str {
        self.rbac.config().issuer()
    }

    /// The embedded issuer, if it runs.
    #[must_use]
    pub fn issuer(&self) -> Option<&Issuer> {
        self.issuer.as_ref().map(|(issuer, _)| issuer.get_ref())
    }

    /// What to tell the person who started it: addresses, users, and a line to paste.
    #[must_use]
    pub fn banner(&self) -> String {
        crate::banner::banner(self)
    }

    /// Waits until a server ends by itself, which it should not.
    ///
    /// # Errors
    /// What the server says.
    pub async fn ended(&mut self) -> io::Result<()> {
        let ended = match &mut self.issuer {
            None => (&mut self.api.ended).await,
            Some((_, issuer)) => tokio::select! {
                ended = &mut self.api.ended => ended,
                ended = &mut issuer.ended => ended,
            },
        };
        ended.map_err(io::Error::other)?
    }

    /// Lets the requests under way finish, for some seconds at most, and closes everything.
    pub async fn stop(self) {
        self.api.handle.stop(true).await;
        if let Some((_, issuer)) = self.issuer {
            issuer.handle.stop(true).await;
        }
        self.upkeep.abort();
        self.store.close().await;
    }
}

fn take(variable: &'static str, address: &Address) -> Result<Port, StartError> {
    listen::take(address).map_err(|error| {
        let cause = match error.kind() {
            io::ErrorKind::AddrInUse => BindFault::Taken,
            _ => BindFault::Other(error),
        };
        StartError::Bind {
            variable,
            address: address.clone(),
            cause,
        }
    })
}

fn open(database: &Database) -> Result<Store, StartError> {
    Store::open(database).map_err(|cause| StartError::Store {
        database: database.clone(),
        cause,
    })
}

/// The embedded issuer, with the API's own address among those that a login may lead back to, and as the one that is told of
/// logouts.
async fn start_issuer(port: Port, api: &Port) -> Result<(web::Data<Issuer>, Running), StartError> {
    let keys = tokio::task::spawn_blocking(Keys::generate)
        .await
        .map_err(io::Error::other)??;
    let realm = Realm::demo()?
        .reachable_at(&origins(api.address))
        .with_api_at(&format!("http://{}", api.authority));
    let issuer = web::Data::new(Issuer::new(realm, &port.authority, keys, Clock::system()));
    let data = issuer.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .service(data.service())
            .default_service(web::to(no_such_realm))
    });
    let server = server
        .workers(1)
        .shutdown_timeout(GRACE_SECONDS)
        .disable_signals();
    Ok((
        issuer,
        run(server.listen(port.listener)?.run(), port.address, port.authority),
    ))
}

fn start_api(port: Port, rbac: &Rbac, store: &Store, trail: &AuditTrail) -> Result<Running, StartError> {
    let rbac = web::Data::new(rbac.clone());
    let store = web::Data::new(store.clone());
    let trail = web::Data::new(trail.clone());
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(api::head_as_get))
            .wrap(headers())
            .app_data(rbac.clone())
            .app_data(store.clone())
            .app_data(trail.clone())
            .configure(api::configure)
    });
    let server = server.shutdown_timeout(GRACE_SECONDS).disable_signals();
    Ok(run(
        server.listen(port.listener)?.run(),
        port.address,
        port.authority,
    ))
}

/// What every answer says: whose it is, and that it is for the caller alone.
fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Server", "demo-app"))
        .add(("Cache-Control", "no-store"))
        .add(("X-Content-Type-Options", "nosniff"))
}

fn run(server: Server, address: SocketAddr, authority: String) -> Running {
    let handle = server.handle();
    Running {
        address,
        authority,
        handle,
        ended: tokio::spawn(server),
    }
}
