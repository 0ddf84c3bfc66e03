//! The API's own list of users. Who may log in is the issuer's business; this is a directory.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::{Store, StoreError};

/// A user of the list.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub(crate) struct User {
    /// The name to log in with.
    pub username: String,
    /// The full name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Where the user works.
    pub departments: Vec<String>,
}

impl Store {
    /// All users, by name.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn users(&self) -> Result<Vec<User>, StoreError> {
        self.run(|connection| list(connection)).await
    }

    /// Takes a user off the list; whether there was one.
    ///
    /// # Errors
    /// The database is busy or fails.
    pub(crate) async fn remove_user(&self, username: String) -> Result<bool, StoreError> {
        self.run(move |connection| {
            Ok(connection.execute("DELETE FROM users WHERE username = ?1", [username])? > 0)
        })
        .await
    }
}

fn list(connection: &Connection) -> rusqlite::Result<Vec<User>> {
    let mut departments = connection
        .prepare_cached("SELECT department FROM user_departments WHERE username = ?1 ORDER BY department")?;
    let mut users = connection.prepare_cached("SELECT username, name, email FROM users ORDER BY username")?;
    let mut read = |row: &Row<'_>| -> rusqlite::Result<User> {
        let username: String = row.get(0)?;
        let departments = departments
            .query_map([&username], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(User {
            username,
            name: row.get(1)?,
            email: row.get(2)?,
            departments,
        })
    };
    users.query_map([], |row| read(row))?.collect()
}
