//! The engine over a small cluster in memory, on a clock that is paused.
#![cfg(feature = "engine")]

mod convergence;
mod support;
mod world;
