//! The demo against a real Keycloak, and what a real Keycloak does.

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use rbac_tests::live::trials::{Shared, block_on, of_facts};

use self::server::Keycloak;

mod admin;
mod bare_realm;
mod demo_cases;
mod demo_scene;
mod distribution;
mod java;
mod logout_receiver;
mod scenes;
mod server;
mod server_cases;
mod step_up;
mod step_up_realm;
mod tool_cases;

/// The one server, or why there is none.
type Live = Shared<Result<Keycloak, String>>;

/// `1` runs these tests, `0` does not; unset, they are run where `CI` is `true`.
const SWITCH: &str = "RBAC_KEYCLOAK_TESTS";

const HOW_TO_RUN: &str = "\
The tests against a real Keycloak were NOT RUN. To run them:
    RBAC_KEYCLOAK_TESTS=1 cargo test --workspace --test keycloak
That needs Java 17 or newer and Maven, which fetches the server; or, to use a Keycloak that is running already with
demo-app/realm/myapp-realm.json imported: RBAC_KEYCLOAK_URL=http://localhost:8180, and the administrator in
RBAC_KEYCLOAK_ADMIN_USERNAME and RBAC_KEYCLOAK_ADMIN_PASSWORD (admin, admin).
";

#[expect(
    clippy::print_stdout,
    reason = "whoever runs the tests has to see what was not run"
)]
fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One server, one realm: a scene that one case sets must not be another's.
    arguments.test_threads = Some(1);
    let wanted = is_wanted();
    if !wanted && !arguments.list {
        println!("{HOW_TO_RUN}");
    }
    let trials = trials()
        .into_iter()
        .map(|trial| trial.with_ignored_flag(!wanted))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn is_wanted() -> bool {
    match env::var(SWITCH).as_deref() {
        Ok("1" | "true") => true,
        Ok("0" | "false") => false,
        Ok(other) => panic!("{SWITCH} is `{other}`, and may be 1 or 0"),
        Err(_) => env::var("CI").is_ok_and(|value| value == "true"),
    }
}

fn trials() -> Vec<Trial> {
    let keycloak = Live::default();
    let shared = keycloak.clone();
    let mut trials = of_facts("real Keycloak", move || {
        started(&shared).issuer().url().to_owned()
    });
    trials.extend(server_cases::trials(&keycloak));
    trials.extend(step_up::trials(&keycloak));
    trials.extend(demo_cases::trials(&keycloak));
    trials.extend(tool_cases::trials(&keycloak));
    trials
}

/// The server of these tests, started by the first one that needs it; where that failed, nobody tries again.
fn started(live: &Live) -> &Keycloak {
    let start = || block_on(Keycloak::start()).map_err(|error| error.to_string());
    live.get_or_init(start)
        .as_ref()
        .unwrap_or_else(|error| panic!("no Keycloak: {error}"))
}
