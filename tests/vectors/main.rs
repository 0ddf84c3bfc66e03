//! The signature layer against vectors and against another implementation.

mod deviations;
mod differential;
mod strategies;
mod wycheproof;
