use super::options::FirmwareOptions;
use crate::access::Access;
use crate::card::{Card, SurveyError, survey};
use crate::observe::observe;
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
/// [`SurveyError`] if the cards of the host cannot be listed. A card that cannot be read is
/// blocked in the plan, and leaves the others alone.
pub fn prepare(
    access: &Access<'_>,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
    wanted: impl FnOnce(&[Card]) -> Wanted,
) -> Result<FirmwarePlan, SurveyError> {
    let cards = survey(access.host)?;
    let Wanted { wishes, blockers, notes } = wanted(&cards);
    let mut planned = plan(&observe(access, &cards, &wishes, options, progress), &wishes);
    planned.blockers.extend(blockers);
    planned.notes.extend(notes);
    Ok(planned)
}
