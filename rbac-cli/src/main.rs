//! `rbac`: the command-line tool of rbac-core.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod arguments;
mod completions;
mod exit;
mod http;
mod input;
mod keycloak;
mod output;
#[cfg(test)]
mod rule_text;
mod rules;
mod settings;
mod table;
mod text;
mod token_source;
mod verify;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::exit::{Failure, Outcome};
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.color.write_global();
    let mut output = Output::new(arguments.json);
    let outcome = run(arguments.command, &mut output);
    exit::code(outcome)
}

fn run(command: Command, output: &mut Output) -> Outcome {
    let verdict = match command {
        Command::Verify(options) => verify::run(&options, output),
        Command::Rules(options) => rules::run(&options, output),
        Command::Keycloak(options) => keycloak::run(&options, output),
        Command::Completions(options) => completions::run(&options, output),
    }?;
    output.flush()?;
    Ok(verdict)
}

/// Runs a future to its end on this thread.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(future)
}
