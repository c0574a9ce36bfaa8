//! The decision table: its rows, its laws, and what it does to a cluster in every order of events.

mod fixture;
mod rows;
