//! Standard output and standard error, coloured where that is wanted.

use std::io::{self, Write};

use anstream::{AutoStream, stderr, stdout};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

/// Where results go, and in which form.
pub(crate) struct Output {
    json: bool,
    stream: AutoStream<io::Stdout>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            stream: stdout(),
        }
    }

    /// Whether programs read it.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Writes text as it is.
    pub(crate) fn raw(&mut self, text: &[u8]) -> io::Result<()> {
        self.stream.flush()?;
        io::stdout().write_all(text)
    }

    /// Writes one line of JSON.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.raw(&line)
    }
}

/// Text with colours, which are taken out again where nobody sees them.
impl Write for Output {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.stream.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Says something on standard error, `error`, `warning` or `note`. Where that cannot be written there is nobody to tell.
pub(crate) fn complain(level: &str, message: &str) {
    let style = match level {
        "error" => ERROR,
        "warning" => WARNING,
        _ => NOTE,
    };
    let _ = writeln!(stderr(), "{style}{level}:{style:#} {message}");
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
