//! What a card needs and why: pure, from facts and wishes.

mod action;
mod bluefield;
mod card;
mod count;
mod gate;
mod history;
mod join;
mod limits;
mod link;
mod model;
mod need;
mod obstacle;
mod pair;
mod planner;
mod running;
mod seen;
mod step;

pub use action::NicAction;
pub use bluefield::BlueFieldMode;
pub use history::MAX_BOOTS;
pub use model::{FirmwarePlan, NicPlan};
pub use planner::plan;
pub use step::FirmwareAction;
