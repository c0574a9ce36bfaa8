//! What is wanted of the firmware of cards, and how documents say it.

mod document;
mod model;

pub use document::{Wanted, wishes};
pub use model::{Policy, Wish};
