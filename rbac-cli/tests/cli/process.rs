//! Runs the tool.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The tool with these arguments and nothing of this process's own settings.
pub(crate) fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rbac"));
    command.args(arguments).env_clear();
    command
}

/// Runs it to its end with `input` on standard input.
pub(crate) fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> Run {
    finish(&mut tool(arguments), input)
}

/// Runs a prepared command to its end with `input` on standard input.
pub(crate) fn finish(command: &mut Command, input: impl Into<Vec<u8>>) -> Run {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool starts");
    let (mut stdin, input) = (child.stdin.take().expect("its input"), input.into());
    // Beside reading: both pipes are small. Who does not read its input closes it, which is no fault.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the tool ends");
    writer.join().expect("the writer");
    Run::of(output)
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("an end that is no signal"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Standard output as lines of JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}
