//! Looks every name up, spells wildcards out, and follows the hierarchy.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::CatalogueError;
use crate::nearest::nearest;
use crate::read::{Document, Named, RoleEntry};
use crate::{Catalogue, Role};

/// The sound catalogue that a document means.
pub(crate) fn resolve(document: Document, text: &str) -> Result<Catalogue, CatalogueError> {
    let entries: BTreeMap<&str, &RoleEntry> = document
        .roles
        .iter()
        .map(|role| (role.name.name.as_str(), role))
        .collect();
    let permissions: BTreeMap<String, String> = document
        .permissions
        .iter()
        .map(|(named, description)| (named.name.clone(), description.clone()))
        .collect();
    let resolver = Resolver {
        text,
        permissions: &permissions,
        entries: &entries,
    };
    let roles = document
        .roles
        .iter()
        .map(|entry| resolver.role(entry))
        .collect::<Result<_, _>>()?;
    let names = |named: Vec<Named>| named.into_iter().map(|named| named.name).collect();
    let clients = document
        .clients
        .into_iter()
        .map(|(client, roles)| (client.name, names(roles)))
        .collect();
    Ok(Catalogue {
        permissions,
        roles,
        clients,
    })
}

struct Resolver<'d> {
    text: &'d str,
    permissions: &'d BTreeMap<String, String>,
    entries: &'d BTreeMap<&'d str, &'d RoleEntry>,
}

impl Resolver<'_> {
    fn role(&self, entry: &RoleEntry) -> Result<(String, Role), CatalogueError> {
        let mut permissions = BTreeSet::new();
        self.collect(entry, &mut permissions, &mut Vec::new(), &mut BTreeSet::new())?;
        let inherits = entry.inherits.iter().map(|named| named.name.clone()).collect();
        Ok((
            entry.name.name.clone(),
            Role {
                description: entry.description.clone(),
                inherits,
                permissions,
            },
        ))
    }

    /// Adds what `entry` grants. `path` holds the roles on the way here, `done` those that were added already.
    fn collect<'e>(
        &'e self,
        entry: &'e RoleEntry,
        permissions: &mut BTreeSet<String>,
        path: &mut Vec<&'e str>,
        done: &mut BTreeSet<&'e str>,
    ) -> Result<(), CatalogueError> {
        if !done.insert(&entry.name.name) {
            return Ok(());
        }
        path.push(&entry.name.name);
        for grant in &entry.grants {
            permissions.extend(self.granted(entry, grant)?);
        }
        for inherited in &entry.inherits {
            if path.contains(&inherited.name.as_str()) {
                return Err(self.circle(path, inherited));
            }
            self.collect(self.inherited(entry, inherited)?, permissions, path, done)?;
        }
        path.pop();
        Ok(())
    }

    /// The declared permissions that a grant means: itself, or all that a `*` on either side stands for.
    fn granted(&self, entry: &RoleEntry, grant: &Named) -> Result<Vec<String>, CatalogueError> {
        let granted: Vec<String> = self
            .permissions
            .keys()
            .filter(|permission| stands_for(&grant.name, permission))
            .cloned()
            .collect();
        if !granted.is_empty() {
            return Ok(granted);
        }
        let (role, name) = (&entry.name.name, &grant.name);
        let message = if name.contains('*') {
            format!("role `{role}` grants `{name}`, which stands for no declared permission")
        } else {
            let hint = meant(nearest(name, self.permissions.keys().map(String::as_str)));
            format!("role `{role}` grants `{name}`, which is not declared under `[permissions]`{hint}")
        };
        Err(CatalogueError::at(self.text, &grant.span, message))
    }

    fn inherited<'e>(
        &'e self,
        entry: &RoleEntry,
        inherited: &Named,
    ) -> Result<&'e RoleEntry, CatalogueError> {
        let (role, name) = (&entry.name.name, &inherited.name);
        self.entries.get(name.as_str()).copied().ok_or_else(|| {
            let hint = meant(nearest(name, self.entries.keys().copied()));
            let message =
                format!("role `{role}` inherits `{name}`, which is not declared under `[roles]`{hint}");
            CatalogueError::at(self.text, &inherited.span, message)
        })
    }

    fn circle(&self, path: &[&str], again: &Named) -> CatalogueError {
        let start = path
            .iter()
            .position(|name| *name == again.name)
            .unwrap_or_default();
        let names: Vec<String> = path.iter().skip(start).map(|name| format!("`{name}`")).collect();
        let message = format!(
            "roles inherit one another in a circle: {}, and `{}` again",
            names.join(", "),
            again.name
        );
        CatalogueError::at(self.text, &again.span, message)
    }
}

/// Whether a grant means a permission: `*`, or the same on each side of the colon but for a `*` that is a whole side.
fn stands_for(grant: &str, permission: &str) -> bool {
    let (Some((resource, action)), Some(wanted)) = (permission.split_once(':'), grant.split_once(':')) else {
        return grant == "*";
    };
    let side = |pattern: &str, name: &str| pattern == "*" || pattern == name;
    side(wanted.0, resource) && side(wanted.1, action)
}

fn meant(names: Vec<&str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", names.join(" or "))
    }
}

#[cfg(test)]
mod tests;
