//! What may stand on the command line.

use anstream::ColorChoice;
use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Parser, Subcommand, ValueEnum};

use crate::{completions, keycloak, rules, verify};

/// Verifies and explains tokens, finds what is wrong with a realm, and mends it.
#[derive(Debug, Parser)]
#[command(name = "rbac", version, styles = STYLES, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Print JSON for programs in the place of text for people
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Colours: by themselves on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Verify(verify::Options),
    Rules(rules::Options),
    Keycloak(keycloak::Options),
    Completions(completions::Options),
}

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Lets all output follow, that of clap's own messages too.
    pub(crate) fn write_global(self) {
        let choice = match self {
            // What the environment says is read where something is written.
            Self::Auto => return,
            Self::Always => ColorChoice::AlwaysAnsi,
            Self::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}

const EXIT_CODES: &str = "\
Exit codes: 0 fine; 1 findings, or access denied; 2 wrong usage; 3 could not be judged, \
as when a file cannot be read or a server does not answer.";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());
