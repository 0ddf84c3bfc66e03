//! `rbac completions`: what a shell needs to complete the command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit::{Outcome, Verdict};
use crate::output::Output;

/// Print the completions for a shell
///
/// For example: rbac completions bash > /etc/bash_completion.d/rbac
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(options: &Options, output: &mut Output) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "rbac", &mut script);
    output.raw(&script)?;
    Ok(Verdict::Fine)
}
