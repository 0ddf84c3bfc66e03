//! The rules as a table.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::manifest::{Boundary, Declared, DeclaredRole, Handler, Manifest};
use crate::table::Table;
use crate::text::{plain, quoted};

/// The table, and below it what the catalogue declares and no handler asks for.
pub(super) fn write(manifest: &Manifest, out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new(["METHOD", "PATH", "RULE", "HANDLER", "SOURCE"]);
    for handler in &manifest.handlers {
        let (rule, style) = rule(handler);
        let name = plain(&format!("{}::{}", handler.module, handler.name));
        let place = plain(&format!("{}:{}", handler.file, handler.line));
        for (method, path) in routes(handler) {
            table.row([
                (method, Style::new()),
                (path, Style::new()),
                (rule.clone(), style),
                (name.trim_start_matches("::").to_owned(), Style::new()),
                (place.clone(), Style::new().dimmed()),
            ]);
        }
    }
    table.write(out)?;
    let note = AnsiColor::Cyan.on_default();
    for (what, names) in idle(manifest) {
        if !names.is_empty() {
            writeln!(
                out,
                "{note}{what} that no handler asks for:{note:#} {}",
                quoted(names)
            )?;
        }
    }
    Ok(())
}

/// The declared permissions and roles that no rule names.
fn idle(manifest: &Manifest) -> [(&'static str, Vec<&str>); 2] {
    let Declared {
        permissions, roles, ..
    } = &manifest.catalogue;
    let asked = |name: &&String| {
        manifest
            .handlers
            .iter()
            .any(|handler| handler.permissions.contains(*name))
    };
    let named = |name: &str| {
        let all = manifest.handlers.iter().flat_map(|handler| &handler.roles);
        all.filter(|role| role.client.is_none())
            .any(|role| role.name == name)
    };
    // A role that grants something works through what it grants.
    let useless = |(name, role): &(&String, &DeclaredRole)| role.grants.is_empty() && !named(name);
    [
        (
            "declared permissions",
            permissions
                .keys()
                .filter(|name| !asked(name))
                .map(String::as_str)
                .collect(),
        ),
        (
            "declared roles without grants",
            roles
                .iter()
                .filter(useless)
                .map(|(name, _)| name.as_str())
                .collect(),
        ),
    ]
}

/// Each route, its methods together; a handler whose attribute stands below its routes has none to show.
fn routes(handler: &Handler) -> Vec<(String, String)> {
    let mut routes: Vec<(String, String)> = Vec::new();
    for route in &handler.routes {
        let (method, path) = (plain(&route.method), plain(&route.path));
        match routes.last_mut().filter(|(_, last)| *last == path) {
            Some((methods, _)) => *methods = format!("{methods},{method}"),
            None => routes.push((method, path)),
        }
    }
    if routes.is_empty() {
        routes.push(("?".to_owned(), "?".to_owned()));
    }
    routes
}

fn rule(handler: &Handler) -> (String, Style) {
    match handler.access.as_str() {
        "protected" => (demanded(handler), AnsiColor::Green.on_default()),
        access => {
            let reason = handler.reason.as_deref().unwrap_or("no reason given");
            let how = if access == "optional" {
                ", login optional"
            } else {
                ""
            };
            (
                plain(&format!("public{how}: {reason}")),
                AnsiColor::Yellow.on_default(),
            )
        }
    }
}

/// As it is written in the attribute.
fn demanded(handler: &Handler) -> String {
    let mut parts = vec![handler.rule.clone()];
    parts.extend(handler.boundaries.iter().map(boundary));
    parts.extend(handler.checks.iter().map(|check| format!("check = {check}")));
    if !handler.admin_bypass {
        parts.push("admin_bypass = false".to_owned());
    }
    if handler.fresh {
        parts.push("fresh".to_owned());
    }
    parts.extend(handler.acr.as_ref().map(|acr| format!("acr = {acr:?}")));
    parts.extend(handler.max_age.map(|seconds| format!("max_age = \"{seconds}s\"")));
    plain(&parts.join(", "))
}

fn boundary(boundary: &Boundary) -> String {
    let Boundary {
        attribute,
        source,
        name,
    } = boundary;
    match source.as_str() {
        "path" if name == attribute => format!("scope = {attribute:?}"),
        "value" => format!("scope({attribute:?}, value = {name})"),
        source => format!("scope({attribute:?}, {source} = {name:?})"),
    }
}
