//! The command line of `rbac verify`, and of whatever else verifies offline.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// Judge tokens from standard input, one a line, by keys from a file
///
/// Answers each line with one line of JSON, {"valid":true|false,"reason":".."}, by exactly the checks of a protected handler.
/// Nothing is fetched. Ends with 0 once every line was judged, whatever the verdicts.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The issuer's keys: a JWK set, as the issuer serves it under `jwks_uri`
    #[arg(long, value_name = "FILE")]
    pub(super) jwks: PathBuf,

    /// The `iss` to require, byte for byte
    #[arg(long, value_name = "ISSUER", required_unless_present = "signature_only")]
    pub(super) issuer: Option<String>,

    /// The audiences of which `aud` must name one, parted by commas
    #[arg(
        long,
        value_name = "NAME,..",
        value_delimiter = ',',
        required_unless_present = "signature_only"
    )]
    pub(super) audience: Vec<String>,

    /// The algorithms that are allowed, parted by commas
    #[arg(
        long,
        value_name = "ALG,..",
        value_delimiter = ',',
        default_value = "RS256,PS256,ES256,EdDSA"
    )]
    pub(super) alg: Vec<String>,

    /// Stop after the signature: for payloads that are no claims
    #[arg(long)]
    pub(super) signature_only: bool,

    /// Judge as of this time, in seconds since 1970, in the place of now
    #[arg(long, value_name = "SECONDS")]
    pub(super) now: Option<u64>,

    /// The leeway between the clocks, in seconds, at most 300
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = skew)]
    pub(super) skew: Duration,
}

fn skew(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 300);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| "whole seconds from 0 to 300 are meant".to_owned())
}
