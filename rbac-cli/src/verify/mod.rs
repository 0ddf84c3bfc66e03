//! `rbac verify`: tokens on standard input, a verdict each on standard output.

mod judge;
mod lines;
mod options;

use std::io::{self, BufReader};

use rbac_core::token::{DEFAULT_MAX_TOKEN_BYTES, TokenError};
use serde::Serialize;

pub(crate) use self::options::Options;

use self::judge::Judge;
use self::lines::{Line, Lines};
use crate::exit::{Outcome, Verdict};
use crate::output::Output;

/// One line of the answer.
#[derive(Serialize)]
struct Answer {
    valid: bool,
    reason: String,
}

pub(crate) fn run(options: &Options, output: &mut Output) -> Outcome {
    let judge = Judge::new(options)?;
    let mut lines = Lines::new(BufReader::new(io::stdin().lock()), DEFAULT_MAX_TOKEN_BYTES);
    while let Some(line) = lines.next()? {
        // Standard output is written line by line: somebody may wait for this answer before asking the next question.
        output.json_line(&answer(&judge, &line))?;
    }
    Ok(Verdict::Fine)
}

fn answer(judge: &Judge, line: &Line<'_>) -> Answer {
    let judged = match line {
        Line::Text("") => Err("empty line".to_owned()),
        Line::Text(token) => judge.judge(token),
        Line::TooLong => Err(too_long()),
        Line::NotText => Err("not UTF-8, hence no token".to_owned()),
    };
    Answer {
        valid: judged.is_ok(),
        reason: judged.unwrap_or_else(|refusal| refusal),
    }
}

/// What the library says of such a token, which it gets to see only up to the limit.
fn too_long() -> String {
    let limit = DEFAULT_MAX_TOKEN_BYTES;
    TokenError::TooLong { limit }.to_string()
}
