//! The catalogue of hostile requests over HTTP: rows that a unit test cannot show whole. A row's number stands in the name of
//! its test; each test also shows a control that is let in.

#[path = "../http/handlers.rs"]
mod handlers;
mod paths;
mod tokens;
mod transport;
