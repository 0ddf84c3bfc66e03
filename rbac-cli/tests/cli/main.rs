//! The tool as it is used: a process, its input, its output and its exit code.

mod keycloak;
mod process;
mod rules;
mod server;
mod usage;
mod vectors;
mod verify;
