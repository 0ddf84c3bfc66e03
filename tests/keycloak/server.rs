//! A real Keycloak with the project's realm, as a child process or already running somewhere.

use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rbac_tests::live::demo::free_address;
use rbac_tests::live::issuer::{Issuer, client};

use crate::admin::Admin;
use crate::{distribution, java};

/// Names a Keycloak that is running already, for example `http://localhost:8180`.
pub(crate) const URL_VARIABLE: &str = "RBAC_KEYCLOAK_URL";

const REALM: &str = include_str!("../../demo-app/realm/myapp-realm.json");
const START: Duration = Duration::from_secs(240);
const STOP: Duration = Duration::from_secs(20);

/// A Keycloak with the project's realm. Dropping it stops the server where these tests started it.
pub(crate) struct Keycloak {
    url: String,
    _server: Option<Server>,
}

impl Keycloak {
    /// The server named by [`URL_VARIABLE`], or else one that is started now.
    ///
    /// # Errors
    /// Maven, Java or a file is missing, or the server does not get ready.
    pub(crate) async fn start() -> io::Result<Self> {
        if let Ok(url) = env::var(URL_VARIABLE) {
            return Ok(Self {
                url: url.trim_end_matches('/').to_owned(),
                _server: None,
            });
        }
        let server = Server::start().await?;
        Ok(Self {
            url: server.url.clone(),
            _server: Some(server),
        })
    }

    /// The server's address, without a realm.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The project's realm.
    pub(crate) fn issuer(&self) -> Issuer {
        self.realm("myapp")
    }

    /// Any realm.
    pub(crate) fn realm(&self, name: &str) -> Issuer {
        Issuer::at(format!("{}/realms/{name}", self.url))
    }

    /// The Admin REST API.
    pub(crate) async fn admin(&self) -> Admin {
        Admin::login(&self.url).await
    }
}

struct Server {
    url: String,
    /// The shell script and the JVM that it starts: one process group, whose id is that of the child.
    child: Child,
    /// Ends the group when this test process is gone without having done so.
    watchdog: Child,
    log: PathBuf,
}

impl Server {
    async fn start() -> io::Result<Self> {
        let home = distribution::unpacked()?;
        let java = java::newest_home()
            .ok_or_else(|| io::Error::other("Keycloak needs Java 17 or newer: none found"))?;
        fs::create_dir_all(home.join("data/import"))?;
        fs::write(home.join("data/import/myapp-realm.json"), REALM)?;
        let (http, management) = (free_address(), free_address());
        let url = format!("http://{http}");
        let log = distribution::folder().join("server.log");
        announce(&home, &java, &log);
        let child = command(&home, &java, &url)
            .arg(format!("--http-port={}", http.port()))
            .arg(format!("--http-management-port={}", management.port()))
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()?;
        let watchdog = watch_over(child.id())?;
        let mut server = Self {
            url,
            child,
            watchdog,
            log,
        };
        server
            .wait_until_ready(&format!("http://{management}/health/ready"))
            .await?;
        Ok(server)
    }

    async fn wait_until_ready(&mut self, health: &str) -> io::Result<()> {
        let (http, deadline) = (client(), Instant::now() + START);
        let realm = format!("{}/realms/myapp", self.url);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Err(self.failure(&format!("ended with {status}")));
            }
            if answers(&http, health).await && answers(&http, &realm).await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Err(self.failure(&format!("is not ready after {START:?}")))
    }

    fn failure(&self, what: &str) -> io::Error {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(30)..].join("\n");
        io::Error::other(format!(
            "Keycloak {what}; the end of {}:\n{tail}",
            self.log.display()
        ))
    }

    fn stop(&mut self) -> io::Result<()> {
        signal("TERM", self.child.id())?;
        let deadline = Instant::now() + STOP;
        while self.child.try_wait()?.is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
        // Whatever is left of the group: after an orderly stop nothing, and the signal finds nobody.
        let _ = signal("KILL", self.child.id());
        self.child.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop();
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a start takes long enough to ask what goes on"
)]
fn announce(home: &Path, java: &Path, log: &Path) {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    eprintln!(
        "\nstarting {} with {}; its log is {}",
        name(home),
        name(java),
        log.display()
    );
}

fn command(home: &Path, java: &Path, url: &str) -> Command {
    let mut command = Command::new(home.join("bin/kc.sh"));
    // A clean environment: KC_* and JAVA_* settings of the caller would change the server.
    command.env_clear().envs(
        ["PATH", "HOME", "TMPDIR"]
            .into_iter()
            .filter_map(|name| Some((name, env::var_os(name)?))),
    );
    command
        .env("JAVA_HOME", java)
        .env("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
    command
        .env("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
        .env("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin");
    command.args([
        "start-dev",
        "--import-realm",
        "--db=dev-mem",
        "--cache=local",
        "--health-enabled=true",
    ]);
    command
        .arg("--http-host=127.0.0.1")
        .arg(format!("--hostname={url}"));
    command.stdin(Stdio::null()).process_group(0);
    command
}

/// A shell that waits for the end of its input, which comes with the end of this process however it ends, and then
/// stops the group.
fn watch_over(group: u32) -> io::Result<Child> {
    let script = format!("read -r nothing; kill -s TERM -- -{group}");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    shell.process_group(0).spawn()
}

fn signal(name: &str, group: u32) -> io::Result<()> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("kill -s {name} -- -{group}")])
        .stderr(Stdio::null());
    shell.status().map(drop)
}

async fn answers(http: &reqwest::Client, url: &str) -> bool {
    http.get(url)
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
}
