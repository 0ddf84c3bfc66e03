//! Trials of a test target that is its own harness.

use std::sync::{Arc, OnceLock};

use libtest_mimic::Trial;

use super::demo::Demo;
use super::facts;
use super::issuer::Issuer;

/// Something that takes long to start and is shared by many trials; it ends with the last of them.
pub type Shared<T> = Arc<OnceLock<T>>;

/// How the demo may be told to validate tokens.
pub const VALIDATIONS: [&str; 3] = ["local", "introspection", "hybrid"];

/// A trial of each fact at the issuer that `at` names.
pub fn of_facts(kind: &str, at: impl Fn() -> String + Clone + Send + 'static) -> Vec<Trial> {
    let trial = |(name, fact): (&str, facts::Fact)| {
        let at = at.clone();
        let run = move || {
            let url = at();
            block_on(async { fact(Issuer::at(url)).await });
            Ok(())
        };
        Trial::test(name, run).with_kind(kind)
    };
    facts::all().into_iter().map(trial).collect()
}

/// Settings for a demo that validates tokens in this way.
#[must_use]
pub fn validation(mode: &str) -> [(&str, &str); 2] {
    [
        ("KEYCLOAK_TOKEN_VALIDATION", mode),
        ("KEYCLOAK_CLIENT_SECRET", super::issuer::BACKEND_SECRET),
    ]
}

/// The demo of these trials, started by the first one that needs it.
pub fn demo_with_embedded_issuer(shared: &Shared<Demo>) -> &Demo {
    shared.get_or_init(|| block_on(Demo::start(&validation("local"))))
}

/// Runs a future to its end on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
