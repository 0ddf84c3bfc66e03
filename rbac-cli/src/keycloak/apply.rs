//! `rbac keycloak apply`: the plan, then what it says.

use std::io::Write;

use serde_json::json;

use super::admin::Admin;
use super::plan::{Plan, shown};
use crate::exit::Failure;
use crate::output::Output;
use crate::text::quoted;

/// Shows the plan, creates what is missing, deletes what is doomed, and says so.
pub(super) async fn run(admin: &Admin, plan: &Plan, output: &mut Output) -> Result<(), Failure> {
    if !output.is_json() {
        plan.text(output)?;
        output.flush()?;
    }
    if !plan.absent_clients.is_empty() {
        let absent = quoted(plan.absent_clients.iter().map(String::as_str));
        return Err(Failure::Unjudged(format!(
            "nothing was changed: there is no client {absent}"
        )));
    }
    let mut done = Vec::new();
    let result = change(admin, plan, &mut done).await;
    if output.is_json() {
        output.json_line(&json!({"plan": plan.json(), "done": done}))?;
    } else if result.is_ok() && !done.is_empty() {
        writeln!(output, "done: {} changed", done.len())?;
    } else if result.is_err() {
        writeln!(
            output,
            "stopped after {} of {} changes",
            done.len(),
            plan.missing.len() + plan.doomed().len()
        )?;
    }
    result
}

async fn change(admin: &Admin, plan: &Plan, done: &mut Vec<String>) -> Result<(), Failure> {
    for role in &plan.missing {
        let client = plan.clients.get(&role.owner).and_then(Option::as_ref);
        admin.create(client, &role.name, &role.description).await?;
        done.push(format!("created {}", shown(&role.owner, &role.name)));
    }
    for unused in plan.doomed() {
        admin.delete(&unused.owner, &unused.role).await?;
        done.push(format!("deleted {}", shown(&unused.owner, &unused.role.name)));
    }
    Ok(())
}
