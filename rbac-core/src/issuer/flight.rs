//! One piece of work for all who want its result at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

/// How many may wait for running work, over all keys.
const MAX_WAITERS: usize = 64;

/// Runs at most one piece of work for a key at a time, in a task of its own: whoever asked first may go away, and the
/// others still get the result.
pub(crate) struct SingleFlight<K, V> {
    flights: Mutex<Flights<K, V>>,
    seats: Semaphore,
}

type Flights<K, V> = HashMap<K, Flight<V>>;

/// Work that is under way, or whose result is there.
pub(crate) type Flight<V> = watch::Receiver<Option<V>>;

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoResult {
    /// Too many are waiting.
    Busy,
    /// It took longer than the caller would wait; the work goes on.
    TimedOut,
}

impl<K, V> SingleFlight<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            flights: Mutex::default(),
            seats: Semaphore::new(MAX_WAITERS),
        })
    }

    /// Starts `work` for `key` unless it is running, and does not wait.
    pub(crate) fn launch<F>(self: &Arc<Self>, key: K, work: impl FnOnce() -> F) -> Flight<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut flights = lock(&self.flights);
        if let Some(running) = flights.get(&key) {
            return running.clone();
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key.clone(), receiver.clone());
        drop(flights);
        let landing = Landing {
            flights: Arc::clone(self),
            key,
        };
        let work = work();
        tokio::spawn(async move {
            let result = work.await;
            // Off the board before the result is out: whoever asks from now on asks anew.
            drop(landing);
            sender.send_replace(Some(result));
        });
        receiver
    }

    /// The result of `work` for `key`, shared with all who ask while it runs.
    pub(crate) async fn join<F>(
        self: &Arc<Self>,
        key: K,
        patience: Duration,
        work: impl FnOnce() -> F,
    ) -> Result<V, NoResult>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let flight = self.launch(key, work);
        self.wait(flight, patience).await
    }

    /// The work for `key` that is under way, if there is any.
    pub(crate) fn running(&self, key: &K) -> Option<Flight<V>> {
        lock(&self.flights).get(key).cloned()
    }

    /// The result of work, whoever began it.
    pub(crate) async fn wait(&self, mut flight: Flight<V>, patience: Duration) -> Result<V, NoResult> {
        let _seat = self.seats.try_acquire().map_err(|_| NoResult::Busy)?;
        let landed = tokio::time::timeout(patience, flight.wait_for(Option::is_some)).await;
        match landed {
            Ok(Ok(result)) => result.clone().ok_or(NoResult::TimedOut),
            Ok(Err(_)) | Err(_) => Err(NoResult::TimedOut),
        }
    }
}

/// Takes a flight off the board, also when its work panicked.
struct Landing<K: Eq + Hash, V> {
    flights: Arc<SingleFlight<K, V>>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        lock(&self.flights.flights).remove(&self.key);
    }
}

/// A lock that survives a panic elsewhere: what it guards is valid after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    const LONG: Duration = Duration::from_secs(60);

    /// Work that ends when it is told to, and counts how often it began.
    #[derive(Clone, Default)]
    struct Work {
        gate: Arc<Notify>,
        begun: Arc<AtomicUsize>,
    }

    impl Work {
        async fn run(self) -> usize {
            let before = self.begun.fetch_add(1, Ordering::SeqCst);
            self.gate.notified().await;
            before
        }
    }

    #[actix_web::test]
    async fn row_100_the_work_goes_on_when_whoever_began_it_goes_away() {
        let (flights, work) = (SingleFlight::<(), usize>::new(), Work::default());
        // Asked, and dropped before there is a result, as when the caller's connection closes.
        assert_eq!(flights.join((), LONG, || work.clone().run()).now_or_never(), None);
        let follower = flights.running(&()).expect("the work goes on");
        work.gate.notify_one();
        assert_eq!(flights.wait(follower, LONG).await, Ok(0));
        assert_eq!(work.begun.load(Ordering::SeqCst), 1);
        assert!(flights.running(&()).is_none(), "whoever asks now asks anew");
    }

    #[actix_web::test]
    async fn all_who_ask_at_once_share_one_result_and_another_key_has_its_own() {
        let (flights, work) = (SingleFlight::<u8, usize>::new(), Work::default());
        let asked = (0..20).map(|number| flights.join(number % 2, LONG, || work.clone().run()));
        let all = futures_util::future::join_all(asked);
        let released = async {
            while work.begun.load(Ordering::SeqCst) < 2 {
                tokio::task::yield_now().await;
            }
            work.gate.notify_waiters();
        };
        let (results, ()) = futures_util::future::join(all, released).await;
        assert!(results.iter().all(Result::is_ok));
        assert_eq!(work.begun.load(Ordering::SeqCst), 2);
    }

    #[actix_web::test]
    async fn work_that_panics_holds_nobody_up() {
        let flights = SingleFlight::<(), usize>::new();
        let failed = flights.join((), LONG, || async { panic!("a fault in the work") });
        assert_eq!(failed.await, Err(NoResult::TimedOut));
        assert_eq!(flights.join((), LONG, || async { 7 }).await, Ok(7));
    }

    #[actix_web::test]
    async fn no_more_than_the_seats_may_wait_and_none_longer_than_it_will() {
        let (flights, work) = (SingleFlight::<(), usize>::new(), Work::default());
        let brief = flights.join((), Duration::ZERO, || work.clone().run());
        assert_eq!(brief.await, Err(NoResult::TimedOut));
        let mut waiting: Vec<_> = (0..MAX_WAITERS)
            .map(|_| Box::pin(flights.join((), LONG, || work.clone().run())))
            .collect();
        assert!(waiting.iter_mut().all(|waiter| waiter.now_or_never().is_none()));
        let one_more = flights.join((), LONG, || work.clone().run());
        assert_eq!(one_more.await, Err(NoResult::Busy));
        waiting.pop();
        work.gate.notify_one();
        assert_eq!(flights.join((), LONG, || work.clone().run()).await, Ok(0));
    }
}
