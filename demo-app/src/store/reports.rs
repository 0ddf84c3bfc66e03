//! Reports: what a department's records came to when somebody asked.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};

/// A report as it is kept.
#[derive(Clone, PartialEq, Serialize, Debug)]
pub(crate) struct Report {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub department: String,
    /// What it is about.
    pub title: String,
    /// How many records there were.
    pub records: i64,
    /// The sum of their values.
    pub total: f64,
    /// The user who made it.
    pub created_by: String,
    /// When, as RFC 3339 in UTC.
    pub created_at: String,
}

/// A report that somebody wants to have made.
#[derive(Clone, Deserialize, Debug)]
pub(crate) struct NewReport {
    /// Over which department's records.
    pub department: String,
    /// What it is about.
    pub title: String,
}

impl Store {
    /// The report of that number, if there is one.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn report(&self, id: i64) -> Result<Option<Report>, StoreError> {
        self.run(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM reports WHERE id = ?1");
            connection.prepare_cached(&sql)?.query_row([id], read).optional()
        })
        .await
    }

    /// Makes a report over the records that there are now.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn add_report(&self, report: NewReport, author: String) -> Result<Report, StoreError> {
        self.run(move |connection| {
            let sql = format!(
                "INSERT INTO reports (department, title, records, total, created_by)
                 SELECT ?1, ?2, count(*), total(value), ?3 FROM records WHERE department = ?1
                 RETURNING {COLUMNS}"
            );
            connection.query_row(&sql, params![report.department, report.title, author], read)
        })
        .await
    }
}

const COLUMNS: &str = "id, department, title, records, total, created_by, strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch')";

fn read(row: &Row<'_>) -> rusqlite::Result<Report> {
    Ok(Report {
        id: row.get(0)?,
        department: row.get(1)?,
        title: row.get(2)?,
        records: row.get(3)?,
        total: row.get(4)?,
        created_by: row.get(5)?,
        created_at: row.get(6)?,
    })
}
