//! What is to be changed, for people and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::admin::{ExistingClient, ExistingRole};
use super::wanted::Owner;
use crate::output::Output;
use crate::text::{plain, quoted};

/// What would have to change.
pub(super) struct Plan {
    realm: String,
    client: String,
    pub(super) prune: bool,
    pub(super) missing: Vec<Missing>,
    pub(super) unused: Vec<Unused>,
    /// Clients whose roles are needed and that are not there.
    pub(super) absent_clients: Vec<String>,
    /// The clients that are there.
    pub(super) clients: BTreeMap<Owner, Option<ExistingClient>>,
}

/// A role that is needed and not there.
pub(super) struct Missing {
    pub(super) owner: Owner,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) handlers: Vec<String>,
    /// A role that is there and differs by case or blanks alone.
    pub(super) nearly: Option<String>,
}

/// A role of the API's client that nothing needs.
pub(super) struct Unused {
    pub(super) owner: Owner,
    pub(super) role: ExistingRole,
}

impl Plan {
    pub(super) fn new(realm: &str, client: &str, prune: bool) -> Self {
        Self {
            realm: realm.to_owned(),
            client: client.to_owned(),
            prune,
            missing: Vec::new(),
            unused: Vec::new(),
            absent_clients: Vec::new(),
            clients: BTreeMap::new(),
        }
    }

    /// Whether nothing is to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.absent_clients.is_empty() && (self.unused.is_empty() || !self.prune)
    }

    /// What is to be deleted.
    pub(super) fn doomed(&self) -> &[Unused] {
        if self.prune { &self.unused } else { &[] }
    }

    pub(super) fn write(&self, output: &mut Output) -> io::Result<()> {
        if output.is_json() {
            output.json_line(&self.json())
        } else {
            self.text(output)
        }
    }

    pub(super) fn json(&self) -> Value {
        let missing = self.missing.iter().map(|role| {
            json!({"owner": client_of(&role.owner), "name": role.name, "description": role.description,
                "handlers": role.handlers, "nearly": role.nearly})
        });
        let unused = self.unused.iter().map(|unused| {
            json!({"owner": client_of(&unused.owner), "name": unused.role.name, "composite": unused.role.composite,
                "delete": self.prune})
        });
        json!({
            "realm": self.realm,
            "client": self.client,
            "missing": missing.collect::<Vec<_>>(),
            "unused": unused.collect::<Vec<_>>(),
            "absent_clients": self.absent_clients,
        })
    }

    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let bold = Style::new().bold();
        let (realm, client) = (plain(&self.realm), plain(&self.client));
        writeln!(out, "{bold}realm `{realm}`, client `{client}`{bold:#}")?;
        let (add, remove, idle) = (AnsiColor::Green, AnsiColor::Red, AnsiColor::Yellow);
        for absent in &self.absent_clients {
            let style = remove.on_default();
            writeln!(
                out,
                "{style}!{style:#} there is no client `{}`: create it first",
                plain(absent)
            )?;
        }
        for role in &self.missing {
            let style = add.on_default();
            writeln!(
                out,
                "{style}+{style:#} {}{}",
                shown(&role.owner, &role.name),
                because(role)
            )?;
        }
        for unused in &self.unused {
            let (style, mark) = if self.prune {
                (remove.on_default(), '-')
            } else {
                (idle.on_default(), '?')
            };
            let shown = shown(&unused.owner, &unused.role.name);
            let composite = if unused.role.composite {
                ", a composite"
            } else {
                ""
            };
            writeln!(out, "{style}{mark}{style:#} {shown}: nothing needs it{composite}")?;
        }
        self.sum(out)
    }

    fn sum(&self, out: &mut impl Write) -> io::Result<()> {
        if self.is_empty() && self.unused.is_empty() {
            return writeln!(out, "the realm has what the code needs, and no more");
        }
        let (missing, unused) = (self.missing.len(), self.unused.len());
        let fate = match (self.prune, unused) {
            (_, 0) => "",
            (true, _) => ", to be deleted",
            (false, _) => ", kept without `--prune`",
        };
        writeln!(out, "{missing} missing, {unused} unused{fate}")
    }
}

fn because(role: &Missing) -> String {
    let mut because = String::new();
    if !role.handlers.is_empty() {
        let handlers = quoted(role.handlers.iter().map(String::as_str));
        because = format!(": needed by {handlers}");
    } else if !role.description.is_empty() {
        because = format!(": {}", plain(&role.description));
    }
    match &role.nearly {
        Some(nearly) => format!("{because} (there is `{}`, which is another name)", plain(nearly)),
        None => because,
    }
}

pub(super) fn shown(owner: &Owner, name: &str) -> String {
    match owner {
        Owner::Realm => format!("realm role `{}`", plain(name)),
        Owner::Client(client) => format!("role `{}` of `{}`", plain(name), plain(client)),
    }
}

fn client_of(owner: &Owner) -> Value {
    match owner {
        Owner::Realm => json!({"realm": true}),
        Owner::Client(client) => json!({"client": client}),
    }
}
