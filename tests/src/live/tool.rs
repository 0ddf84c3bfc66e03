//! The command-line tool as a process.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use super::binary;

/// Names an already built tool, so that the tests do not build one.
pub const BINARY_VARIABLE: &str = "RBAC_TOOL_BINARY";

/// What a run of the tool left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs the tool with these arguments, no other environment than these settings, and `input` on standard input.
#[must_use]
pub fn run(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Run {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| binary::built("rbac-cli", "rbac", BINARY_VARIABLE));
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().envs(settings.iter().copied());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool starts");
    // What does not read its input closes it, which is no fault. No input here fills a pipe.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the tool ends");
    Run {
        code: output.status.code().expect("an end that is no signal"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Run {
    /// Fails the test unless it ended with `code`.
    #[track_caller]
    pub fn ended_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as one JSON value.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}
