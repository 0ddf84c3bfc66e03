//! `rbac keycloak`: the roles that the code needs, beside those that the realm has.

mod admin;
mod apply;
mod compare;
mod export;
mod login;
mod options;
mod place;
mod plan;
mod rights;
mod wanted;

use std::path::Path;

pub(crate) use self::options::Options;

use self::admin::Admin;
use self::options::{Action, Needs};
use self::place::Place;
use self::plan::Plan;
use self::wanted::Wanted;
use crate::exit::{Failure, Outcome, Verdict};
use crate::output::Output;
use crate::{input, rules};

pub(crate) fn run(options: &Options, output: &mut Output) -> Outcome {
    match &options.action {
        Action::Diff(options) => crate::block_on(diff(options, output)),
        Action::Apply(options) => crate::block_on(apply(options, output)),
        Action::Export(options) => export::run(options, crate::block_on(wanted(&options.needs))?, output),
    }
}

async fn diff(options: &options::Diff, output: &mut Output) -> Outcome {
    let (_, plan) = compare(&options.needs, &options.server, options.prune).await?;
    plan.write(output)?;
    Ok(if plan.is_empty() {
        Verdict::Fine
    } else {
        Verdict::Findings
    })
}

async fn apply(options: &options::Diff, output: &mut Output) -> Outcome {
    let (admin, plan) = compare(&options.needs, &options.server, options.prune).await?;
    apply::run(&admin, &plan, output).await?;
    Ok(Verdict::Fine)
}

async fn compare(needs: &Needs, server: &options::Server, prune: bool) -> Result<(Admin, Plan), Failure> {
    let wanted = wanted(needs).await?;
    let place = Place::of(server)?;
    let admin = login::admin(&place, server).await?;
    let plan = compare::plan(&admin, &wanted, prune).await?;
    Ok((admin, plan))
}

/// What the catalogue and the rules need, as far as they are given.
async fn wanted(needs: &Needs) -> Result<Wanted, Failure> {
    let client = place::client_id(needs.client_id.as_deref())?;
    let mut wanted = Wanted::of(client);
    let beside = Path::new(rbac_catalogue::FILE_NAME);
    let catalogue = match (&needs.catalogue, &needs.rules) {
        (Some(path), _) => Some(path.as_path()),
        (None, Some(_)) => None,
        (None, None) if beside.exists() => Some(beside),
        (None, None) => {
            let message = "what is needed? Name the application's `rbac.toml` by `--catalogue FILE`, its list of rules by \
                           `--rules URL|FILE`, or both";
            return Err(Failure::Usage(message.to_owned()));
        }
    };
    // The rules first: a role that a rule asks the realm for is the realm's.
    if let Some(source) = &needs.rules {
        let (manifest, _) = rules::load(source, None).await?;
        wanted.add_manifest(&manifest);
    }
    if let Some(path) = catalogue {
        wanted.add_catalogue(&input::catalogue(path)?);
    }
    Ok(wanted)
}
