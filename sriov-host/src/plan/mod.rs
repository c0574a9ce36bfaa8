//! The plan vocabulary, shared by all crates: what would happen, why, and what it would disturb.
//!
//! A [`Plan`] is plain data: comparable, printable, serialisable. It is made by a pure planner and
//! carried out by an executor that decides nothing.

mod disruption;
mod guard;
mod reason;
mod reboot;
mod report;
mod step;
mod target;
mod verification;

pub use disruption::Disruption;
pub use guard::{Blocker, BlockerKind, Guard, Holder};
pub use reason::Reason;
pub use reboot::RebootReason;
pub use report::{Outcome, StepFailure, StepReport, chain, count, errors};
pub use step::{Action, Plan, Step};
pub use target::Target;
pub use verification::{Difference, Verification};
