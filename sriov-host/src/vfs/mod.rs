//! The VF life cycle: plan what a document asks for, apply it, verify it.
//!
//! [`plan`] is pure: an inventory and a document in, a [`Plan`](crate::plan::Plan) out.
//! [`apply`] carries a plan out and decides nothing; [`verify`] tells what still differs.

mod action;
mod apply;
mod cancel;
mod error;
mod guards;
mod options;
mod plan;
mod prepare;
mod report;
mod setting;
mod strategy;
mod usage;
mod verify;

pub use action::{VfAction, VfPlan};
pub(crate) use apply::lock_path;
pub use apply::{ApplyOptions, Progress, apply};
pub use cancel::Cancel;
pub use error::{NumVfsRefusal, StepError};
pub use guards::guard_blockers;
pub use options::PlanOptions;
pub use plan::{PlanError, plan};
pub use prepare::{PrepareError, observe_options, prepare, prepare_observed};
pub use report::{Applied, StepReport};
pub use strategy::Strategy;
pub use usage::{PfUsage, Usage, observe_usage};
pub use verify::verify;
