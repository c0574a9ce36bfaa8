//! Wrappers around any host: run dry, record, fail on purpose.
//!
//! They compose: a [`Recorder`] around a [`DryRun`] lists what would be done.

mod call;
mod dry_run;
mod fault;
mod faulty;
mod policy;
mod policy_devlink;
mod policy_rdma;
mod policy_tool;
mod recorder;
mod seams;
mod text;

pub use call::Call;
pub use dry_run::DryRun;
pub(crate) use fault::Faults;
pub use fault::{ErrnoName, FaultSpec};
pub use faulty::Faulty;
pub use recorder::Recorder;
