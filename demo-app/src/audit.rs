//! The decisions of the access control, on their way into the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rbac_core::{Access, AuditSink, DecisionEvent};
use tokio::sync::{mpsc, oneshot};

use crate::store::{Decision, NewDecision, Store, StoreError};

/// The most decisions that wait to be written.
const QUEUE: usize = 4_096;
/// The most that are written at once.
const BATCH: usize = 256;

/// Takes decisions without ever waiting: when the disk is too slow, decisions are lost, and counted, and requests are not.
#[derive(Clone)]
pub(crate) struct AuditTrail {
    queue: mpsc::Sender<Entry>,
    lost: Arc<AtomicU64>,
    store: Store,
}

enum Entry {
    Decision(Box<NewDecision>),
    /// Answered when all that came before is written.
    Written(oneshot::Sender<()>),
}

impl AuditTrail {
    /// Begins to write what comes into `store`.
    #[must_use]
    pub(crate) fn start(store: Store) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        tokio::spawn(write(entries, store.clone(), Arc::clone(&lost)));
        Self { queue, lost, store }
    }

    /// The latest decisions, those that were made before this call among them.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn latest(&self) -> Result<Vec<Decision>, StoreError> {
        self.written().await?;
        self.store.latest_decisions().await
    }

    /// Waits until what came before is written.
    ///
    /// # Errors
    /// So much is waiting that this request would have to wait too.
    pub(crate) async fn written(&self) -> Result<(), StoreError> {
        let (sender, written) = oneshot::channel();
        self.queue
            .try_send(Entry::Written(sender))
            .map_err(|_| StoreError::Busy)?;
        written.await.map_err(|_| StoreError::Closed)
    }
}

impl AuditSink for AuditTrail {
    fn record(&self, event: &DecisionEvent) {
        if self
            .queue
            .try_send(Entry::Decision(Box::new(decision(event))))
            .is_err()
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn decision(event: &DecisionEvent) -> NewDecision {
    NewDecision {
        at: event.at,
        outcome: event.outcome.to_string(),
        status: event.status,
        username: event.username.clone(),
        subject: event.subject.clone(),
        client_id: event.client_id.clone(),
        method: event.method.clone(),
        path: event.path.clone(),
        handler: event.rule.site().handler(),
        rule: describe(event.rule.access()),
        reason: event.reason.clone(),
        request_id: event.request_id.clone(),
        issuer: event.issuer.clone(),
        explanation: event.explained.as_ref().map(ToString::to_string),
    }
}

fn describe(access: &Access) -> String {
    match access {
        Access::Protected(requirement) => requirement.to_string(),
        Access::Public { .. } => "public".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// Writes in batches, until the last [`AuditTrail`] is gone.
async fn write(mut entries: mpsc::Receiver<Entry>, store: Store, lost: Arc<AtomicU64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let mut decisions = Vec::new();
        let mut waiting = Vec::new();
        for entry in batch.drain(..) {
            match entry {
                Entry::Decision(decision) => decisions.push(*decision),
                Entry::Written(sender) => waiting.push(sender),
            }
        }
        keep(&store, decisions, &lost).await;
        for sender in waiting {
            let _ = sender.send(());
        }
    }
}

async fn keep(store: &Store, decisions: Vec<NewDecision>, lost: &AtomicU64) {
    let number = u64::try_from(decisions.len()).unwrap_or(u64::MAX);
    if number > 0
        && let Err(error) = store.keep_decisions(decisions).await
    {
        tracing::warn!(%error, "decisions could not be kept");
        lost.fetch_add(number, Ordering::Relaxed);
    }
    let lost = lost.swap(0, Ordering::Relaxed);
    if lost > 0 {
        metrics::counter!("demo_audit_decisions_lost_total").increment(lost);
        tracing::warn!(lost, "decisions are missing from the audit");
    }
}
