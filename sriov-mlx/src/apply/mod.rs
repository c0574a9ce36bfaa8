//! Carrying a plan out, and looking afterwards whether it came true.
//!
//! Nothing is decided here: each card is locked, looked at again, written with one call, and read
//! back whatever that call said. A restart is asked for only when the values were seen to be staged,
//! and only with the reboot ledger as a witness.

mod error;
pub(crate) mod evidence;
mod memory;
mod nic;
mod options;
mod outstanding;
mod prepare;
mod reach;
mod report;
mod reset;
mod seen;
mod verify;
mod write;

use crate::access::Access;
use crate::backend::Backend;
use crate::card::Card;
use crate::error::FirmwareError;
use crate::param::ParamName;
use crate::plan::FirmwarePlan;
use crate::progress::OnProgress;
use crate::workers;

pub use error::{LedgerFault, NicError};
pub use options::FirmwareOptions;
pub use outstanding::Outstanding;
pub use prepare::prepare;
pub use reach::apply;
pub use report::{FirmwareApplied, NicReport};
pub use verify::{Attempt, Bookkeeping, FirmwareVerification, verify};

/// Leads to the parameters of cards.
pub trait Ways: Sync {
    /// The way to a card's parameters, of which these are needed.
    ///
    /// # Errors
    ///
    /// [`FirmwareError`] if no way leads to it.
    fn to<'w>(
        &'w self,
        card: &Card,
        needed: &[ParamName],
    ) -> Result<Box<dyn Backend + 'w>, FirmwareError>;
}

/// Carries a plan out by the ways of the caller.
///
/// A card that fails leaves the others as planned. A card that needs nothing costs no call.
///
/// # Disruption
///
/// Never more than the plan announced. Without [`FirmwareOptions::reset`] nobody is disturbed: the
/// values wait for a restart, or a reset, that the result names.
pub fn apply_through(
    plan: &FirmwarePlan,
    access: &Access<'_>,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
    ways: &dyn Ways,
) -> FirmwareApplied {
    let job = nic::Job { access, options, progress, ways };
    let mut applied = FirmwareApplied {
        nics: workers::side_by_side(&plan.nics, options.workers, |nic| job.run(nic)),
        blockers: plan.blockers.clone(),
        notes: plan.notes.clone(),
        ..FirmwareApplied::default()
    };
    memory::remember(&mut applied, access.host, options);
    applied
}
