use super::seen::{Seen, next, words};
use crate::backend::BackendKind;

/// At the end of the evidence: no warm restart loads the values, so the next run does not ask for
/// one either.
const POWER: &str = "; only a loss of power loads it";

/// What proves that values are staged, as `NUM_OF_VFS next 16 current 8 (mstconfig json)`.
pub(super) fn evidence(seen: &Seen<'_>, backend: BackendKind) -> String {
    let lacks = seen.not_running().map(|lack| {
        let next = words(&next(seen.reading, lack.name));
        format!("{} next {next} current {}", lack.name, words(&lack.found))
    });
    let by = match backend {
        BackendKind::Json | BackendKind::Text => format!("mstconfig {backend}"),
        BackendKind::Devlink | BackendKind::Sysfs => backend.to_string(),
    };
    format!("{} ({by})", lacks.collect::<Vec<_>>().join(", "))
}

/// The same, of values that a warm restart does not load.
pub(super) fn needing_power(mut evidence: String) -> String {
    if !needs_power(&evidence) {
        evidence.push_str(POWER);
    }
    evidence
}

/// Whether it says that a warm restart does not load the values.
pub(crate) fn needs_power(evidence: &str) -> bool {
    evidence.ends_with(POWER)
}
