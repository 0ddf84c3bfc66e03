//! The catalogues that the attributes embedded, and what a token's roles grant by them.

use std::collections::{BTreeMap, BTreeSet};

use rbac_catalogue::{Catalogue, CatalogueError};

/// The text of a crate's `rbac.toml`, registered at link time by each of its handlers.
#[derive(Debug)]
pub struct RegisteredCatalogue(pub &'static str);

inventory::collect!(RegisteredCatalogue);

/// What each role grants, over all catalogues. Where two catalogues declare one role, it grants what both say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants(BTreeMap<String, BTreeSet<String>>);

/// The catalogues that are linked into this program, each once.
pub(crate) fn embedded() -> Result<Vec<Catalogue>, CatalogueError> {
    // Each handler registers the text of its crate, so the same one comes many times.
    let texts: BTreeSet<&str> = inventory::iter::<RegisteredCatalogue>
        .into_iter()
        .map(|text| text.0)
        .collect();
    texts.into_iter().map(Catalogue::parse).collect()
}

impl Grants {
    /// Those of all `catalogues`.
    pub(crate) fn of_all(catalogues: &[Catalogue]) -> Self {
        let mut grants = Self::default();
        catalogues.iter().for_each(|catalogue| grants.add(catalogue));
        grants
    }

    /// Adds those of one more catalogue.
    pub(crate) fn add(&mut self, catalogue: &Catalogue) {
        for (name, role) in catalogue.roles() {
            self.0
                .entry(name.to_owned())
                .or_default()
                .extend(role.permissions().map(str::to_owned));
        }
    }

    /// The permissions that a role grants beside the one of its own name.
    pub(crate) fn of(&self, role: &str) -> impl Iterator<Item = &str> {
        self.0.get(role).into_iter().flatten().map(String::as_str)
    }

    /// The roles that grant a permission, beside the one of its own name.
    pub(crate) fn granting(&self, permission: &str) -> impl Iterator<Item = &str> {
        let grants = self
            .0
            .iter()
            .filter(move |(_, permissions)| permissions.contains(permission));
        grants.map(|(role, _)| role.as_str())
    }
}
