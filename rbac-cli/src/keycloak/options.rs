//! The command line of `rbac keycloak`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Compare the roles that the code needs with those of the realm, and create what is missing
///
/// What is needed comes from the catalogue (rbac.toml), from the rules of a running application, or from both. A service account
/// with view-clients and view-realm may compare, one with manage-clients and manage-realm may apply.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Say what is missing in the realm, and what nothing needs
    ///
    /// Changes nothing. Ends with 1 where apply would change something.
    Diff(Diff),
    /// Create what is missing in the realm, after saying so
    ///
    /// Deletes nothing without --prune. A second run changes nothing.
    Apply(Diff),
    /// Print what is needed as a file for the realm's partial import
    ///
    /// Asks no server.
    Export(Export),
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    pub(super) needs: Needs,

    #[command(flatten)]
    pub(super) server: Server,

    /// Delete the roles of the API's client that nothing needs
    #[arg(long)]
    pub(super) prune: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    pub(super) needs: Needs,

    /// Write to this new file in the place of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// What the code needs.
#[derive(Debug, Args)]
pub(super) struct Needs {
    /// The application's rbac.toml; without this and --rules, the one in this folder
    #[arg(long, value_name = "FILE")]
    pub(super) catalogue: Option<PathBuf>,

    /// The application's rules: the address of the running application, or a file that holds its /rbac.json
    #[arg(long, value_name = "URL|FILE")]
    pub(super) rules: Option<String>,

    /// The API's client, whose roles are permissions, in the place of KEYCLOAK_CLIENT_ID
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,
}

/// Where the realm is, and who asks.
#[derive(Debug, Args)]
pub(super) struct Server {
    /// Keycloak's address, in the place of KEYCLOAK_INTERNAL_URL, KEYCLOAK_SERVER_URL or KEYCLOAK_ISSUER_URL
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<String>,

    /// The realm, in the place of KEYCLOAK_REALM
    #[arg(long, value_name = "NAME")]
    pub(super) realm: Option<String>,

    /// Log in as this user of the realm master, whose password is in RBAC_ADMIN_PASSWORD, in the place of the service account of
    /// RBAC_ADMIN_CLIENT_ID and RBAC_ADMIN_CLIENT_SECRET
    #[arg(long, value_name = "NAME")]
    pub(super) admin_user: Option<String>,

    /// The realm in which to log in, where it is another
    #[arg(long, value_name = "NAME")]
    pub(super) admin_realm: Option<String>,
}
