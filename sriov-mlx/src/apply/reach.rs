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
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::config::Document;
/// use sriov_host::sim::SimHost;
/// use sriov_mlx::apply::{FirmwareOptions, Outstanding, apply, prepare};
/// use sriov_mlx::wish::wishes;
/// use sriov_mlx::{Access, nobody};
///
/// let host = SimHost::demo();
/// let wanted = Document::parse("
/// apiVersion: sriov/v1
/// kind: NodeConfig
/// firmware: [{ match: { pci: 0000:3b:00.0 }, policy: { atLeast: 32 } }]
/// ")?;
/// let (access, options) = (Access::new(&host), FirmwareOptions::default());
/// let look = || {
///     prepare(&access, &options, &nobody, |cards| wishes(&wanted.config, wanted.kind, cards))
/// };
/// let applied = apply(&look()?, &access, &options, &nobody);
/// assert!(applied.is_complete());
/// assert_eq!(applied.outstanding(), Some(Outstanding::Reboot));
/// host.reboot();
/// assert!(look()?.is_empty());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(
    plan: &FirmwarePlan,
    access: &Access<'_>,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
) -> FirmwareApplied {
    apply_through(plan, access, options, progress, &Backends::new(access, options))
}
