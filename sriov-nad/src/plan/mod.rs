//! What a controller has to do next for one network, as a pure function.
//!
//! [`plan`] looks at [`Observed`] and decides by the first row of its table that holds
//! ([`Row`]); the engine carries the [`Write`]s out in order and calls it again when something
//! changed. No clock, no I/O, no memory: the same input gives the same plan.

mod arbitration;
mod case;
mod drift;
mod failure;
mod observed;
mod options;
pub mod reason;
mod rows;
mod table;
mod write;

pub use drift::{Drift, drift};
pub use failure::{Failure, condition_for_failure};
pub use observed::{Claim, Contest, NamespacePhase, Observed, ObservedNetwork};
pub use options::{ConditionType, PlanOptions, Unowned};
pub use table::{Plan, Row, Wake, plan};
pub use write::{Confirm, Precondition, Warning, Write};
