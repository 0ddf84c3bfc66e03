//! `rbac keycloak export`: what is needed, as a file for the realm's partial import.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;

use serde_json::{Value, json};

use super::options::Export;
use super::wanted::{Need, Owner, Wanted};
use crate::exit::{Failure, Outcome, Verdict};
use crate::output::Output;

pub(super) fn run(options: &Export, wanted: Wanted, output: &mut Output) -> Outcome {
    let mut text = serde_json::to_vec_pretty(&document(wanted)).map_err(std::io::Error::from)?;
    text.push(b'\n');
    let Some(path) = &options.output else {
        output.raw(&text)?;
        return Ok(Verdict::Fine);
    };
    let fault = |error: std::io::Error| Failure::Unjudged(format!("`{}`: {error}", path.display()));
    let mut file = File::create_new(path).map_err(fault)?;
    file.write_all(&text).map_err(fault)?;
    Ok(Verdict::Fine)
}

/// Roles that are there already are passed over, so that their users keep them.
fn document(wanted: Wanted) -> Value {
    let mut realm = Vec::new();
    let mut clients: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for ((owner, name), Need { description, .. }) in wanted.roles {
        let role = json!({"name": name, "description": description});
        match owner {
            Owner::Realm => realm.push(role),
            Owner::Client(client) => clients.entry(client).or_default().push(role),
        }
    }
    json!({"ifResourceExists": "SKIP", "roles": {"realm": realm, "client": clients}})
}
