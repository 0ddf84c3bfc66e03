//! The demo's data, in SQLite.
//!
//! One thread owns the connection and takes one job after another, so that no request ever waits for the disk on a thread
//! that serves others.

mod decisions;
mod records;
mod reports;
mod schema;
mod users;

use std::io;
use std::thread;

use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

use crate::settings::Database;

pub(crate) use decisions::{Decision, NewDecision};
pub(crate) use records::NewRecord;
pub(crate) use reports::NewReport;

/// The most jobs that wait for the connection.
const QUEUE: usize = 1_024;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Message {
    Work(Job),
    Close(oneshot::Sender<()>),
}

/// Access to the data. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    messages: mpsc::Sender<Message>,
}

/// The data cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Too many others are waiting.
    #[error("the database is busy")]
    Busy,
    /// The demo is ending.
    #[error("the database is closed")]
    Closed,
    /// SQLite says no. Often the disk is full, or the file is somebody else's.
    #[error("{0}")]
    Failed(#[from] rusqlite::Error),
    /// There is no place for the file, or no thread.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Store {
    /// Opens the database, makes its tables and fills them when they are new.
    ///
    /// # Errors
    /// The file cannot be made or is no database.
    pub(crate) fn open(database: &Database) -> Result<Self, StoreError> {
        let folder = match database {
            Database::Temporary => Some(tempfile::Builder::new().prefix("rbac-demo-").tempdir()?),
            Database::File(_) | Database::Memory => None,
        };
        let mut connection = match (database, &folder) {
            (Database::File(path), _) => Connection::open(path)?,
            (_, Some(folder)) => Connection::open(folder.path().join("demo.db"))?,
            (_, None) => Connection::open_in_memory()?,
        };
        schema::prepare(&mut connection)?;
        let (messages, queue) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("sqlite".to_owned())
            .spawn(move || work(queue, connection, folder))?;
        Ok(Self { messages })
    }

    /// Lets `job` work on the connection and returns what it found.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits for it when the request was given up.
            let _ = sender.send(job(connection));
        });
        self.messages
            .try_send(Message::Work(job))
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
            })?;
        Ok(answer.await.map_err(|_| StoreError::Closed)??)
    }

    /// Waits until what was asked for is done, the file is closed and a temporary one is gone.
    pub(crate) async fn close(&self) {
        let (sender, closed) = oneshot::channel();
        if self.messages.send(Message::Close(sender)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

/// Works until it is told to end, or until the last [`Store`] is gone.
fn work(mut queue: mpsc::Receiver<Message>, mut connection: Connection, folder: Option<TempDir>) {
    let closing = loop {
        match queue.blocking_recv() {
            Some(Message::Work(job)) => job(&mut connection),
            Some(Message::Close(sender)) => break Some(sender),
            None => break None,
        }
    };
    queue.close();
    // The connection first: it keeps files in the folder.
    drop(connection);
    if let Some(folder) = folder {
        let path = folder.path().to_owned();
        if let Err(error) = folder.close() {
            tracing::warn!(path = %path.display(), %error, "the temporary folder could not be removed");
        }
    }
    if let Some(sender) = closing {
        let _ = sender.send(());
    }
}

#[cfg(test)]
mod tests;
