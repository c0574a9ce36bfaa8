//! What a card needs and why: pure, from facts and wishes.

mod action;
mod model;
mod planner;

pub use action::NicAction;
pub use model::{FirmwarePlan, NicPlan};
pub use planner::{MAX_BOOTS, plan};
