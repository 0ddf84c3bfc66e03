//! Records: a title and a number, of one department.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};

/// The most records of one answer.
const LIMIT: u32 = 1_000;

/// A record as it is kept.
#[derive(Clone, PartialEq, Serialize, Debug)]
pub(crate) struct Record {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub department: String,
    /// What it is about.
    pub title: String,
    /// The number.
    pub value: f64,
    /// The user who made it.
    pub created_by: String,
    /// When, as RFC 3339 in UTC.
    pub created_at: String,
}

/// A record that somebody wants to make.
#[derive(Clone, Deserialize, Debug)]
pub(crate) struct NewRecord {
    /// What it is about.
    pub title: String,
    /// The number.
    pub value: f64,
}

impl Store {
    /// The latest records of a department, the oldest first.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn records_of(&self, department: String) -> Result<Vec<Record>, StoreError> {
        self.run(move |connection| {
            let sql = format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM records WHERE department = ?1 ORDER BY id DESC LIMIT {LIMIT})
                 ORDER BY id"
            );
            connection.prepare_cached(&sql)?.query_map([department], read)?.collect()
        })
        .await
    }

    /// Adds a record to a department.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn add_record(
        &self,
        department: String,
        record: NewRecord,
        author: String,
    ) -> Result<Record, StoreError> {
        self.run(move |connection| add(connection, &department, &record, &author))
            .await
    }
}

fn add(
    connection: &Connection,
    department: &str,
    record: &NewRecord,
    author: &str,
) -> rusqlite::Result<Record> {
    let sql = format!(
        "INSERT INTO records (department, title, value, created_by) VALUES (?1, ?2, ?3, ?4) RETURNING {COLUMNS}"
    );
    connection.query_row(
        &sql,
        params![department, record.title, record.value, author],
        read,
    )
}

const COLUMNS: &str =
    "id, department, title, value, created_by, strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch')";

fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get(0)?,
        department: row.get(1)?,
        title: row.get(2)?,
        value: row.get(3)?,
        created_by: row.get(4)?,
        created_at: row.get(5)?,
    })
}
