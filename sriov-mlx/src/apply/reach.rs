use super::apply_through;
use super::options::FirmwareOptions;
use super::report::FirmwareApplied;
use crate::access::Access;
use crate::backend::Backends;
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
    apply_through(plan, access, options, progress, &Backends::new(access, options))
}
