//! Binaries of this workspace, built as a user would build them.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The binary `name` of `package`: the one that the variable names, or else one that is built now.
///
/// # Panics
/// When cargo does not build it.
#[must_use]
pub fn built(package: &str, name: &str, variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => build(package, name).unwrap_or_else(|error| panic!("cargo builds {name}: {error}")),
    }
}

/// Builds it with the command that the README names, so that it is the binary a user gets.
fn build(package: &str, name: &str) -> io::Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "-p", package, "--bin", name]);
    cargo.arg("--message-format=json-render-diagnostics");
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| {
            (message["target"]["name"] == name).then(|| message["executable"].as_str().map(PathBuf::from))?
        })
        .ok_or_else(|| io::Error::other(format!("cargo named no executable {name}")))
}
