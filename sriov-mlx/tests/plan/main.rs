//! The planner: what cards need, from facts and wishes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test helper ends the test")]

mod bluefield;
mod cards;
mod defects;
mod documents;
mod joining;
mod laws;
mod model;
mod obstacles;
mod rules;
mod steps;
mod table;
mod vectors;
