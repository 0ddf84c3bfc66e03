//! How a run ends: the contract with scripts.

use std::io;
use std::process::ExitCode;

use crate::output;

/// What a command found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// Nothing to complain about: 0.
    Fine,
    /// Something to look at, or access denied: 1.
    Findings,
}

/// Why a command found nothing out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line makes no sense: 2, as clap's own errors.
    #[error("{0}")]
    Usage(String),
    /// A file, a server or the input did not give what was needed: 3.
    #[error("{0}")]
    Unjudged(String),
    /// Whoever read the output has gone: 3, without a word.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

pub(crate) type Outcome = Result<Verdict, Failure>;

/// The exit code, with a word on standard error where there is a failure.
pub(crate) fn code(outcome: Outcome) -> ExitCode {
    let failure = match outcome {
        Ok(Verdict::Fine) => return ExitCode::SUCCESS,
        Ok(Verdict::Findings) => return ExitCode::from(1),
        Err(failure) => failure,
    };
    if !is_broken_pipe(&failure) {
        output::complain("error", &failure.to_string());
    }
    match failure {
        Failure::Usage(_) => ExitCode::from(2),
        Failure::Unjudged(_) | Failure::Output(_) => ExitCode::from(3),
    }
}

fn is_broken_pipe(failure: &Failure) -> bool {
    matches!(failure, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
}
