//! Tables and what they start with.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// Counts up with every change of the tables.
const VERSION: i64 = 2;

const TABLES: &str = "
    CREATE TABLE records (
        id INTEGER PRIMARY KEY,
        department TEXT NOT NULL,
        title TEXT NOT NULL,
        value REAL NOT NULL,
        created_by TEXT NOT NULL,
        created_at INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;
    CREATE INDEX records_by_department ON records (department, id);
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        department TEXT NOT NULL,
        title TEXT NOT NULL,
        records INTEGER NOT NULL,
        total REAL NOT NULL,
        created_by TEXT NOT NULL,
        created_at INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;
    CREATE TABLE users (
        username TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        email TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE user_departments (
        username TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        department TEXT NOT NULL,
        PRIMARY KEY (username, department)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        username TEXT,
        subject TEXT,
        client_id TEXT,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        handler TEXT NOT NULL,
        rule TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;
";

const RECORDS: [(&str, &str, f64); 7] = [
    ("finance", "Revenue Q1", 120_000.0),
    ("finance", "Revenue Q2", 134_500.0),
    ("finance", "Travel costs", 8_230.5),
    ("sales", "New customers", 42.0),
    ("sales", "Orders", 317.0),
    ("it", "Servers", 12.0),
    ("hr", "Open positions", 3.0),
];

const REPORTS: [(&str, &str); 3] = [
    ("finance", "Half-year report"),
    ("sales", "Customer report"),
    ("it", "Inventory"),
];

const USERS: [(&str, &str, &[&str]); 5] = [
    ("alice", "Alice Admin", &["it"]),
    ("bob", "Bob Analyst", &["finance"]),
    ("carol", "Carol Sales", &["sales"]),
    ("dave", "Dave Editor", &["finance", "sales"]),
    ("erin", "Erin People", &["hr"]),
];

/// How long one instance waits for another that has the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// From the tables of version 1 to those of today.
const FROM_1: &str = "
    ALTER TABLE decisions ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN issuer TEXT;
    ALTER TABLE decisions ADD COLUMN explanation TEXT;
";

/// Makes the tables of a new database, with something in them; an older one is brought up to date.
pub(super) fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    // Whether the tables are there is asked with the file in hand: two instances may begin with one new file.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    if version == 0 {
        transaction.execute_batch(TABLES)?;
        fill(&transaction)?;
    }
    transaction.execute_batch(FROM_1)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

fn fill(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for (department, title, value) in RECORDS {
        let sql = "INSERT INTO records (department, title, value, created_by) VALUES (?1, ?2, ?3, 'demo')";
        transaction.execute(sql, params![department, title, value])?;
    }
    for (department, title) in REPORTS {
        let sql = "INSERT INTO reports (department, title, records, total, created_by)
                   SELECT ?1, ?2, count(*), total(value), 'demo' FROM records WHERE department = ?1";
        transaction.execute(sql, params![department, title])?;
    }
    for (username, name, departments) in USERS {
        let sql = "INSERT INTO users (username, name, email) VALUES (?1, ?2, ?1 || '@example.com')";
        transaction.execute(sql, params![username, name])?;
        for department in departments {
            transaction.execute(
                "INSERT INTO user_departments VALUES (?1, ?2)",
                params![username, department],
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_database_is_brought_up_to_date_once_and_keeps_what_it_has() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        let old = "INSERT INTO decisions (at, outcome, method, path, handler, rule, reason) VALUES (1, 'deny', 'GET', '/', 'h', 'r', 'w')";
        connection.execute(old, []).unwrap();
        for _ in 0..2 {
            prepare(&mut connection).unwrap();
            let sql = "SELECT path || request_id FROM decisions WHERE explanation IS NULL";
            let kept: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(kept, "/");
        }
    }
}
