//! The first boot: a host makes its cards as one document wants them, and every later boot looks
//! whether they still are.
//!
//! [`provision`](fn@provision) runs at every boot. A host that is as wanted costs a few reads of
//! sysfs: the firmware is not asked, nothing is written, and nothing is said. Otherwise each card is
//! planned and written on its own, and what was done is remembered in `state.json` of a folder that
//! the caller names:
//!
//! ```text
//! Pending ──written──▶ Applied{boot, attempts} ──restart, as wanted──▶ Verified
//!                         ▲        │ restart, not as wanted
//!                         └────────┤ attempts < max
//!                                  └ attempts = max ──▶ Failed{rows}
//! ```
//!
//! # What the memory is about
//!
//! A record belongs to one wish, by the [hash](Desired::hash) of its document, and to one card, by
//! its serial number; an image that is copied to other hardware begins with `Pending`. Attempts of
//! one wish are never forgiven, not even after a success: for one wish and card no more than
//! [`max_attempts`](Desired::max_attempts) restarts are asked for, ever. Another document begins
//! anew. A memory that is damaged or of a newer release ends the run before anything is written.
//!
//! # Who restarts
//!
//! Never this function. It returns a [`RebootRequest`] if the document says so, and only once the
//! attempt is on disk; the caller hands it to [`restart`]. In the boot in which an attempt was
//! made, no second one is.

mod desired;
mod drivers;
mod error;
mod evidence;
mod look;
mod next;
mod notice;
mod options;
mod outcome;
mod record;
mod report;
mod restart;
mod run;
mod selection;
mod state;
mod switch;

pub use desired::{CardMatch, Desired, DesiredHash, OnReboot, VfRoom};
pub use error::{ProvisionError, RestartError};
pub use next::{Decision, Finding, next};
pub use notice::notice_path;
pub use options::ProvisionOptions;
pub use record::{CardKey, CardState, Restart};
pub use report::{CardOutcome, CardReport, ProvisionOutcome, ProvisionReport, RebootRequest};
pub use restart::restart;
pub use run::provision;
pub use state::{State, StateError};
pub use switch::OFF_SWITCH;
