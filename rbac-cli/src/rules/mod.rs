//! `rbac rules`: what every handler demands.

mod listing;
mod manifest;
mod source;

use clap::Args;

pub(crate) use self::manifest::Manifest;
pub(crate) use self::source::load;

use crate::exit::{Outcome, Verdict};
use crate::output::Output;
use crate::token_source::TokenSource;

/// List what every handler of an application demands
///
/// For example: rbac rules http://127.0.0.1:8080
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The running application's address, with or without /rbac.json; or a file that holds its answer; or - for standard input
    #[arg(value_name = "URL|FILE|-")]
    source: String,

    #[command(flatten)]
    token: TokenSource,
}

pub(crate) fn run(options: &Options, output: &mut Output) -> Outcome {
    let (manifest, value) = crate::block_on(load(&options.source, options.token.read()?.as_ref()))?;
    if output.is_json() {
        output.json_line(&value)?;
    } else {
        listing::write(&manifest, output)?;
    }
    Ok(Verdict::Fine)
}
