//! The ways to the firmware of cards, on the simulator: which way, which commands, which waits.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod choice;
mod devlink;
mod double;
mod observed;
mod replay;
mod survey;
mod threads;
mod tool;
mod wait;
mod world;
