//! The demo as a user runs it: its binary, as a child process, told everything through the environment.

use std::ffi::OsString;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::binary;

/// Names an already built demo binary, so that the tests do not build one.
pub const BINARY_VARIABLE: &str = "RBAC_DEMO_BINARY";

/// How long the demo may take from its start to its first answer that it is ready.
const START: Duration = Duration::from_secs(20);

/// A running demo. Dropping it ends the process.
pub struct Demo {
    child: Child,
    address: SocketAddr,
    issuer: SocketAddr,
    folder: TempDir,
}

impl Demo {
    /// Starts the demo with these settings on free ports, and waits until it is ready.
    ///
    /// Nothing of the caller's own `KEYCLOAK_*` and `DEMO_*` settings reaches it.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let (address, issuer) = (free_address(), free_address());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(folder.path().join("demo.log")).expect("a log");
        let mut command = Command::new(binary());
        forget_settings(&mut command);
        let child = command
            .env("DEMO_BIND", address.to_string())
            .env("DEMO_ISSUER_BIND", issuer.to_string())
            .envs(settings.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the demo binary");
        let mut demo = Self {
            child,
            address,
            issuer,
            folder,
        };
        demo.wait_until_ready().await;
        demo
    }

    /// The address of a path of the API.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address of the realm of the embedded issuer, where the demo has started one.
    #[must_use]
    pub fn embedded_issuer(&self) -> String {
        format!("http://{}/realms/myapp", self.issuer)
    }

    /// What the demo has printed so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("demo.log")).unwrap_or_default()
    }

    async fn wait_until_ready(&mut self) {
        let (http, deadline) = (super::issuer::client(), Instant::now() + START);
        let ready = self.url("/health/ready");
        loop {
            if let Some(status) = self.child.try_wait().expect("the state of the demo") {
                panic!("the demo ended with {status}:\n{}", self.log());
            }
            if http
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "the demo is not ready after {START:?}:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that nobody listens on at the moment.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

fn forget_settings(command: &mut Command) {
    let ours = |name: &OsString| {
        let name = name.to_string_lossy();
        ["KEYCLOAK_", "DEMO_", "ENABLE_KEYCLOAK_AUTH", "RBAC_", "RUST_LOG"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
}

fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| binary::built("demo-app", "demo-app", BINARY_VARIABLE))
}
