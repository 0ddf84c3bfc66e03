//! Without the feature `metrics`: nothing is counted.

use std::time::Duration;

use crate::audit::Outcome;
use crate::policy::AllowReason;
use crate::rule::Rule;

pub(crate) fn describe() {}

pub(crate) fn decision(_: &'static Rule, _: Outcome, _: Option<AllowReason>) {}

pub(crate) fn denial(_: &'static str) {}

pub(crate) fn key_fetch(_: bool) {}

pub(crate) fn introspection(_: &'static str, _: Duration) {}

pub(crate) fn introspection_cache(_: bool) {}

pub(crate) fn revocation(_: &'static str) {}

pub(crate) fn token_cache(_: bool) {}
