//! What the grammar cannot say: every fault of an attribute and its handler, all of them in one go.

mod declared;
mod handler;
mod names;
mod rules;
mod scopes;

pub(crate) use handler::handler;
pub(crate) use rules::rules;

#[cfg(test)]
mod tests;
