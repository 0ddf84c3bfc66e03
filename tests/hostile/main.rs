//! The catalogue of hostile requests over HTTP: rows that a unit test cannot show whole. A row's number stands in the name of
//! its test; each test also shows a control that is let in.

mod answers;
mod by_hand;
mod claims;
mod continued;
mod framing;
#[path = "../http/handlers.rs"]
mod handlers;
mod http2;
mod introspection;
mod issuers;
mod keys;
mod methods;
mod paths;
mod readers;
mod rough;
mod sender;
mod tokens;
mod transport;
mod websocket;
