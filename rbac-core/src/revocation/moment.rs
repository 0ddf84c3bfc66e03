//! One look at both clocks.

use std::time::Duration;

use crate::clock::Clock;

/// The time as the wall and as a stopwatch show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) unix: u64,
    /// Time since some start of the process.
    pub(crate) monotonic: Duration,
}

impl Moment {
    pub(crate) fn of(clock: &dyn Clock) -> Self {
        Self {
            unix: clock.unix_now(),
            monotonic: clock.monotonic(),
        }
    }
}
