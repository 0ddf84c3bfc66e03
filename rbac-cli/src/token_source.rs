//! Where a token comes from: never the command line, which every process of the machine can read.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use crate::exit::Failure;
use crate::input;

/// Longer is no token, in bytes.
const MAX_BYTES: usize = 64 * 1024;

#[derive(Args)]
pub(crate) struct TokenSource {
    /// Read the access token from standard input; nothing but - may stand here
    #[arg(long, value_name = "-")]
    token: Option<String>,

    /// Read the access token from this file
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    token_file: Option<PathBuf>,
}

/// A token, not shown by mistake.
pub(crate) struct Token(String);

impl TokenSource {
    /// The token, if there is to be one.
    pub(crate) fn read(&self) -> Result<Option<Token>, Failure> {
        let content = match (&self.token, &self.token_file) {
            (None, None) => return Ok(None),
            (Some(dash), _) if dash == "-" => input::standard(MAX_BYTES)?,
            (Some(_), _) => return Err(Failure::Usage(ON_THE_COMMAND_LINE.to_owned())),
            (None, Some(file)) => input::file(file, MAX_BYTES)?,
        };
        let text = String::from_utf8(content).map_err(|_| unusable("is not UTF-8"))?;
        match text.trim() {
            "" => Err(unusable("is empty")),
            token => Ok(Some(Token(token.to_owned()))),
        }
    }
}

impl Token {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

fn unusable(what: &str) -> Failure {
    Failure::Unjudged(format!("what should be a token {what}"))
}

const ON_THE_COMMAND_LINE: &str = "a token on the command line can be read by every process of this machine: \
    write `--token -` and give it on standard input, or name its file by `--token-file`";

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}
