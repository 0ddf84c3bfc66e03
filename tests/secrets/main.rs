//! No token, secret or key leaves by a log, a message, a panic or an answer; and what strangers write stays on its line.

mod capture;
#[path = "../http/handlers.rs"]
mod handlers;
mod lines;
mod messages;
mod requests;
mod spans;
