//! Time as a parameter.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[cfg(any(test, feature = "testing"))]
pub use manual::ManualClock;

/// Where the runtime reads the time. Claims are judged by [`Clock::unix_now`]; caches and deadlines are measured by
/// [`Clock::monotonic`], which no clock adjustment moves.
pub trait Clock: Send + Sync + Debug {
    /// Seconds since 1970-01-01 UTC; 0 while the clock stands before that.
    fn unix_now(&self) -> u64;

    /// Time since some start that stays the same for the whole process; never runs backwards.
    fn monotonic(&self) -> Duration;
}

/// One look at both clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) unix: u64,
    /// The monotonic time.
    pub(crate) monotonic: Duration,
}

impl Moment {
    pub(crate) fn of(clock: &(impl Clock + ?Sized)) -> Self {
        Self {
            unix: clock.unix_now(),
            monotonic: clock.monotonic(),
        }
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn unix_now(&self) -> u64 {
        (**self).unix_now()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_now(&self) -> u64 {
        unix_seconds(SystemTime::now())
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// Before 1970 every token is in the future, hence refused: 0 fails closed.
fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(any(test, feature = "testing"))]
mod manual {
    use super::Clock;
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    /// A clock that stands still until it is moved. For tests.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use rbac_core::clock::{Clock, ManualClock};
    /// let clock = ManualClock::at(1_700_000_000);
    /// clock.advance(Duration::from_secs(60));
    /// assert_eq!(clock.unix_now(), 1_700_000_060);
    /// clock.set_unix(0); // as after a wrong adjustment: the monotonic time is not touched
    /// assert_eq!(clock.monotonic(), Duration::from_secs(60));
    /// ```
    #[derive(Debug)]
    pub struct ManualClock(Mutex<Times>);

    #[derive(Clone, Copy, Debug)]
    struct Times {
        unix: Duration,
        monotonic: Duration,
    }

    impl ManualClock {
        /// A clock that shows `unix` seconds since 1970, with a monotonic time of zero.
        #[must_use]
        pub const fn at(unix: u64) -> Self {
            Self(Mutex::new(Times {
                unix: Duration::from_secs(unix),
                monotonic: Duration::ZERO,
            }))
        }

        /// Lets time pass: both readings move on.
        pub fn advance(&self, by: Duration) {
            self.change(|times| {
                times.unix = times.unix.saturating_add(by);
                times.monotonic = times.monotonic.saturating_add(by);
            });
        }

        /// Adjusts the wall clock, forwards or backwards; the monotonic time stays.
        pub fn set_unix(&self, unix: u64) {
            self.change(|times| times.unix = Duration::from_secs(unix));
        }

        fn change(&self, change: impl FnOnce(&mut Times)) {
            change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        }

        fn read(&self) -> Times {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Clock for ManualClock {
        fn unix_now(&self) -> u64 {
            self.read().unix.as_secs()
        }

        fn monotonic(&self) -> Duration {
            self.read().monotonic
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_96_a_clock_before_1970_reads_zero_and_a_later_one_reads_seconds() {
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_secs(3600)), 0);
        assert_eq!(unix_seconds(UNIX_EPOCH + Duration::from_millis(1_999)), 1);
    }

    #[test]
    fn row_96_adjusting_the_wall_clock_leaves_the_monotonic_time_alone() {
        let clock = ManualClock::at(1_700_000_000);
        clock.advance(Duration::from_secs(5));
        clock.set_unix(1_700_000_000 - 3600);
        assert_eq!(clock.monotonic(), Duration::from_secs(5));
        assert_eq!(clock.unix_now(), 1_700_000_000 - 3600);
    }

    #[test]
    fn the_system_clock_is_past_2020_and_its_monotonic_time_does_not_fall() {
        assert!(SystemClock.unix_now() > 1_577_836_800);
        let before = SystemClock.monotonic();
        assert!(SystemClock.monotonic() >= before);
    }
}
