//! The embedded issuer over HTTP: what it grants, what it refuses, and in whose words.

mod backchannel;
mod code_flow;
mod cross_origin;
mod harness;
mod introspection;
mod logout;
mod published;
mod refused;
mod tokens;
