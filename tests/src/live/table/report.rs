//! What came of a run of the table, for people to read.

use std::fmt;

/// One cell of the table.
pub struct Outcome {
    /// Who called.
    pub caller: String,
    /// Method, path and body.
    pub call: String,
    /// The status that the contract names.
    pub expected: u16,
    /// The status that came.
    pub got: u16,
    /// What is wrong with the answer beside its status: challenge, media type, body.
    pub fault: Option<String>,
}

/// All cells of a run.
#[derive(Default)]
pub struct Report {
    /// Where the table was run.
    pub title: String,
    /// The cells, in the order in which they were called.
    pub outcomes: Vec<Outcome>,
}

impl Outcome {
    /// Whether the answer is the one that the contract names.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        self.expected == self.got && self.fault.is_none()
    }
}

impl Report {
    /// Fails the test where an answer is not the expected one, and shows which.
    #[track_caller]
    pub fn assert_as_expected(&self) {
        let wrong: Vec<_> = self.wrong().map(ToString::to_string).collect();
        assert!(!self.outcomes.is_empty(), "{}: nothing was called", self.title);
        assert!(
            wrong.is_empty(),
            "{}: not as the contract says:\n{}",
            self.title,
            wrong.join("\n")
        );
    }

    fn wrong(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.is_as_expected())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "\n{}\n{:<24} {:<86} expected  got",
            self.title, "who", "call"
        )?;
        self.outcomes
            .iter()
            .try_for_each(|outcome| writeln!(out, "{outcome}"))?;
        writeln!(
            out,
            "{} answers, {} of them wrong",
            self.outcomes.len(),
            self.wrong().count()
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{:<24} {:<86} {:<9} {}",
            self.caller, self.call, self.expected, self.got
        )?;
        match &self.fault {
            Some(fault) => write!(out, "  WRONG: {fault}"),
            None if self.expected != self.got => write!(out, "  WRONG"),
            None => Ok(()),
        }
    }
}
