//! The latest decisions of the access control.

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{Store, StoreError};

/// How many decisions are kept.
const KEPT: i64 = 10_000;
/// How many of them an answer shows.
const SHOWN: u32 = 100;

/// A decision as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub(crate) struct Decision {
    /// Its number; later ones have greater numbers.
    pub id: i64,
    /// When, as RFC 3339 in UTC.
    pub at: String,
    /// `allow`, `deny` or `error`.
    pub outcome: String,
    /// The status of a denial.
    pub status: Option<u16>,
    /// Who asked, by name, where a token was accepted.
    pub username: Option<String>,
    /// The same, by the issuer's id.
    pub subject: Option<String>,
    /// The client that the token was issued to.
    pub client_id: Option<String>,
    /// The request's method.
    pub method: String,
    /// The request's path, without the query.
    pub path: String,
    /// The handler.
    pub handler: String,
    /// The handler's rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The id of the request.
    pub request_id: String,
    /// Who vouches for the one who asked.
    pub issuer: Option<String>,
    /// For a denial, why in full.
    pub explanation: Option<String>,
}

/// A decision that was just made.
#[derive(Clone, Debug)]
pub(crate) struct NewDecision {
    /// When, in seconds since 1970.
    pub at: u64,
    /// `allow`, `deny` or `error`.
    pub outcome: String,
    /// The status of a denial.
    pub status: Option<u16>,
    /// Who asked, by name.
    pub username: Option<String>,
    /// The same, by the issuer's id.
    pub subject: Option<String>,
    /// The client that the token was issued to.
    pub client_id: Option<String>,
    /// The request's method.
    pub method: String,
    /// The request's path.
    pub path: String,
    /// The handler.
    pub handler: &'static str,
    /// The handler's rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The id of the request.
    pub request_id: String,
    /// Who vouches for the one who asked.
    pub issuer: Option<String>,
    /// For a denial, why in full.
    pub explanation: Option<String>,
}

impl Store {
    /// Keeps decisions, and forgets the oldest beyond ten thousand.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn keep_decisions(&self, decisions: Vec<NewDecision>) -> Result<(), StoreError> {
        self.run(move |connection| keep(connection, &decisions)).await
    }

    /// The latest decisions, the newest first.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn latest_decisions(&self) -> Result<Vec<Decision>, StoreError> {
        self.run(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM decisions ORDER BY id DESC LIMIT {SHOWN}");
            connection.prepare_cached(&sql)?.query_map([], read)?.collect()
        })
        .await
    }
}

fn keep(connection: &mut Connection, decisions: &[NewDecision]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO decisions
             (at, outcome, status, username, subject, client_id, method, path, handler, rule, reason,
              request_id, issuer, explanation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        for new in decisions {
            let at = i64::try_from(new.at).unwrap_or(i64::MAX);
            insert.execute(params![
                at,
                new.outcome,
                new.status,
                new.username,
                new.subject,
                new.client_id,
                new.method,
                new.path,
                new.handler,
                new.rule,
                new.reason,
                new.request_id,
                new.issuer,
                new.explanation
            ])?;
        }
        let forget = "DELETE FROM decisions WHERE id <= (SELECT max(id) FROM decisions) - ?1";
        transaction.prepare_cached(forget)?.execute([KEPT])?;
    }
    transaction.commit()
}

const COLUMNS: &str =
    "id, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch'), outcome, status, username, subject, client_id,
                       method, path, handler, rule, reason, request_id, issuer, explanation";

fn read(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        id: row.get(0)?,
        at: row.get(1)?,
        outcome: row.get(2)?,
        status: row.get(3)?,
        username: row.get(4)?,
        subject: row.get(5)?,
        client_id: row.get(6)?,
        method: row.get(7)?,
        path: row.get(8)?,
        handler: row.get(9)?,
        rule: row.get(10)?,
        reason: row.get(11)?,
        request_id: row.get(12)?,
        issuer: row.get(13)?,
        explanation: row.get(14)?,
    })
}
