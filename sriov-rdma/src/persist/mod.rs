//! The persisted netns mode: four facts, and what it takes to make them agree.
//!
//! [`observe`] collects the [`Facts`], [`plan`] decides purely, [`apply`] carries the plan out and
//! decides nothing, [`verify`] is what a plan would change. What the next boot will have is, in
//! this order: the staged kernel command line, else the last setting of modprobe's files (in the
//! initramfs, where `ib_core` is in there), else the kernel's default, shared.
//!
//! A restart is asked for only where the live mode is wrong, the kernel refuses to change it, and
//! the next boot is proven to bring what is wanted; and never a second time, if the first did not
//! help.

mod action;
mod apply;
mod doctor;
mod error;
mod facts;
mod file;
mod initramfs;
mod observe;
mod obstacle;
mod options;
mod plan;
mod prospect;
mod report;
mod step;
mod survey;
mod value;
mod verify;

pub use action::{ModeAction, ModePlan, Restart};
pub use apply::apply;
pub use doctor::checks;
pub use error::{FactsError, ModeStepError};
pub use facts::{Facts, InitramfsFacts, LineMode, ModeArg, ModeSetting, OwnFile};
pub use file::{content as file_content, path as file_path};
pub use observe::observe;
pub use options::{ModeApplyOptions, ModePlanOptions};
pub use plan::plan;
pub use prospect::{Prospect, Source};
pub use report::{ModeApplied, ModeStepReport};
pub use survey::{Persisted, SettingSeen, Survey, Unavailable, survey};
pub use value::ModeValue;
pub use verify::verify;

/// The subject of this crate's restarts in the reboot ledger.
pub const SUBJECT: &str = "RDMA netns mode";
