//! What `mstconfig` and `mstfwreset` print: captured and synthetic outputs, every style of all releases,
//! and what is no such output.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

mod damage;
mod documents;
mod endings;
mod fixture;
mod printed;
mod refusals;
mod reset;
mod rows;
mod samples;
mod simulated;
mod styles;
mod tool;
