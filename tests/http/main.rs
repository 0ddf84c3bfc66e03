//! The behaviour of protected handlers over HTTP, each time an allow and a deny.

mod answers;
mod audit;
mod backchannel;
mod before_the_body;
mod boundaries;
mod certificates;
mod dpop;
mod explanations;
mod extractor;
mod handlers;
mod introspection;
mod issuers;
mod keys;
mod revocation;
mod rules;
mod token_cache;
