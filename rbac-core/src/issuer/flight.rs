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

type Flights<K, V> = HashMap<K, watch::Receiver<Option<V>>>;

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
    pub(crate) fn launch<F>(self: &Arc<Self>, key: K, work: impl FnOnce() -> F) -> watch::Receiver<Option<V>>
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
        let mut receiver = self.launch(key, work);
        let _seat = self.seats.try_acquire().map_err(|_| NoResult::Busy)?;
        let landed = tokio::time::timeout(patience, receiver.wait_for(Option::is_some)).await;
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
