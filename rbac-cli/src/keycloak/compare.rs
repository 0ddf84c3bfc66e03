//! From what is wanted and what is there to a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::admin::{Admin, ExistingClient, ExistingRole};
use super::plan::{Missing, Plan, Unused};
use super::wanted::{Owner, Wanted};
use crate::exit::Failure;

/// Roles that Keycloak itself gives to a client.
const ITS_OWN: [&str; 1] = ["uma_protection"];

/// What would have to change for the realm to have what is wanted.
pub(super) async fn plan(admin: &Admin, wanted: &Wanted, prune: bool) -> Result<Plan, Failure> {
    let ours = Owner::Client(wanted.client.clone());
    let mut owners: BTreeSet<&Owner> = wanted.roles.keys().map(|(owner, _)| owner).collect();
    owners.insert(&ours);
    let mut plan = Plan::new(admin.realm(), &wanted.client, prune);
    for owner in owners {
        let there = match find(admin, owner).await? {
            Found::Roles(client, roles) => {
                plan.clients.insert(owner.clone(), client);
                roles
            }
            Found::NoClient(client) => {
                plan.absent_clients.push(client);
                continue;
            }
        };
        plan.missing.extend(missing(wanted, owner, &there));
        // The realm's roles, and those of other clients, are not this API's to judge.
        if *owner == ours {
            plan.unused.extend(unused(wanted, owner, there));
        }
    }
    Ok(plan)
}

enum Found {
    Roles(Option<ExistingClient>, BTreeMap<String, ExistingRole>),
    NoClient(String),
}

async fn find(admin: &Admin, owner: &Owner) -> Result<Found, Failure> {
    let client = match owner {
        Owner::Realm => None,
        Owner::Client(id) => match admin.client(id).await? {
            None => return Ok(Found::NoClient(id.clone())),
            client => client,
        },
    };
    let roles = admin.roles(client.as_ref()).await?;
    let by_name = roles.into_iter().map(|role| (role.name.clone(), role)).collect();
    Ok(Found::Roles(client, by_name))
}

fn missing(wanted: &Wanted, owner: &Owner, there: &BTreeMap<String, ExistingRole>) -> Vec<Missing> {
    let needs = wanted
        .roles
        .iter()
        .filter(|((of, name), _)| of == owner && !there.contains_key(name));
    needs
        .map(|((_, name), need)| Missing {
            owner: owner.clone(),
            name: name.clone(),
            description: need.description.clone(),
            handlers: need.handlers.iter().cloned().collect(),
            nearly: there.keys().find(|other| is_nearly(other, name)).cloned(),
        })
        .collect()
}

fn unused(wanted: &Wanted, owner: &Owner, there: BTreeMap<String, ExistingRole>) -> Vec<Unused> {
    let is_idle = |name: &String| !wanted.roles.contains_key(&(owner.clone(), name.clone()));
    there
        .into_values()
        .filter(|role| is_idle(&role.name) && !ITS_OWN.contains(&role.name.as_str()))
        .map(|role| Unused {
            owner: owner.clone(),
            role,
        })
        .collect()
}

/// The commonest slips: another case, a blank around it.
fn is_nearly(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
