//! The demo's API over HTTP, with real tokens of the embedded issuer.

mod bodies;
mod harness;
mod logout;
mod operation;
mod pages;
mod reports;
mod table;
mod tokens;
