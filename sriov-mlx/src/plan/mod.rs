//! What a card needs and why: pure, from facts and wishes.

mod action;
mod model;

pub use action::NicAction;
pub use model::{FirmwarePlan, NicPlan};
