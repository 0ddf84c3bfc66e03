//! How far the verification of a token carries.

use std::ops::Range;
use std::time::Duration;

use super::Held;
use crate::clock::Moment;

/// Within these bounds, verifying the token again would come to the same result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    authority: usize,
    keys: u64,
    /// Seconds since 1970: acceptable from `from` on, and before `until`.
    from: u64,
    until: u64,
    /// By the monotonic clock, whatever happens to the other one.
    end: Duration,
}

impl Bounds {
    /// The bounds of a token that was held against these keys, and is acceptable within `window`, in seconds since 1970.
    pub(crate) fn new(held: Held, window: Range<u64>) -> Self {
        let Range {
            start: from,
            end: until,
        } = window;
        let left = Duration::from_secs(until.saturating_sub(held.now.unix));
        Self {
            authority: held.authority,
            keys: held.keys,
            from,
            until,
            end: held.now.monotonic.saturating_add(left),
        }
    }

    pub(crate) fn authority(&self) -> usize {
        self.authority
    }

    pub(crate) fn keys(&self) -> u64 {
        self.keys
    }

    pub(crate) fn end(&self) -> Duration {
        self.end
    }

    // INVARIANT: both clocks. The wall clock alone would let a token live on when it is set back, and the monotonic one alone
    // when the wall clock was slow before.
    pub(crate) fn hold(&self, now: Moment) -> bool {
        (self.from..self.until).contains(&now.unix) && now.monotonic < self.end
    }
}
