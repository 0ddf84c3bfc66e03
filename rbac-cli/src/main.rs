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
mod input;
mod output;
#[cfg(test)]
mod rule_text;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::exit::Outcome;
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.color.write_global();
    let mut output = Output::new();
    let outcome = run(arguments.command, &mut output);
    exit::code(outcome)
}

fn run(command: Command, output: &mut Output) -> Outcome {
    match command {
        Command::Verify(options) => verify::run(&options, output),
        Command::Completions(options) => completions::run(&options, output),
    }
}
