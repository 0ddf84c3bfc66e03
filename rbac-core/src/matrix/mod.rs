//! The permission matrix as data: what every handler demands, what the catalogue declares, and who may what.
//!
//! An application offers it as `GET /rbac.json`; tools that compare it with a realm read the same types back.
//!
//! ```no_run
//! use actix_web::{HttpResponse, get, web};
//! use rbac_core::{Rbac, matrix::Matrix, require_role};
//!
//! #[require_role("admin")]
//! #[get("/rbac.json")]
//! async fn matrix(rbac: web::Data<Rbac>) -> HttpResponse {
//!     HttpResponse::Ok().json(Matrix::of(&rbac))
//! }
//! ```

mod catalogue;
mod grid;
mod handler;
mod standing;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use catalogue::{DeclaredCatalogue, DeclaredRole};
pub use grid::{Cell, Column, ColumnKind, Grid, Row};
pub use handler::{AccessKind, Allows, HandlerBoundary, HandlerRole, HandlerRoute, HandlerRule};
pub use standing::{Limit, Standing};

use crate::rbac::Rbac;
use crate::rule::rules;

/// What every handler of this program demands, and what the catalogue declares.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Matrix {
    /// All annotated handlers that are linked into the program, ordered by file and line.
    pub handlers: Vec<HandlerRule>,
    /// What `rbac.toml` declares; empty where there is none.
    pub catalogue: DeclaredCatalogue,
}

impl Matrix {
    /// The matrix of this program, with the catalogues that `rbac` was started with.
    #[must_use]
    pub fn of(rbac: &Rbac) -> Self {
        Self {
            handlers: rules().into_iter().map(HandlerRule::of).collect(),
            catalogue: DeclaredCatalogue::of(rbac.catalogues()),
        }
    }
}
