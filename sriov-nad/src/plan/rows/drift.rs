use std::time::Duration;

use crate::nad::{Desired, Nad, Owner};
use crate::plan::case::{CONFLICT, Case, DRIFT, Finding, Verdict};
use crate::plan::{self, Contest, Precondition, Wake, Write, reason};

/// Row 12: there is no NAD, or not the wanted one.
pub(in crate::plan) fn drift(case: &Case<'_>) -> Option<Verdict> {
    let desired = case.network.desired.as_ref().ok()?;
    let nad = case.observed.at_target.as_ref();
    if nad.is_some_and(|nad| plan::drift(desired, nad).is_empty()) {
        return None;
    }
    let apply = apply(desired, nad);
    Some(match &case.observed.contest {
        Contest::Paced { wait } if !wait.is_zero() => {
            Verdict::Decide(Vec::new(), Wake::Within(*wait))
        }
        Contest::Contested { manager, wait } => contested(case, manager, *wait, apply),
        Contest::Calm | Contest::Paced { .. } => {
            let mut writes = vec![apply];
            writes.extend(case.say(Finding::ready()));
            Verdict::Decide(writes, Wake::Within(DRIFT))
        }
    })
}

/// Row 13. As long as somebody reverts every write, the NAD being right just now is not worth a
/// change of the condition.
pub(in crate::plan) fn equal(case: &Case<'_>) -> (Vec<Write>, Wake) {
    if let Contest::Contested { manager, wait: Some(_) } = &case.observed.contest {
        return (case.warn(reverts(case, manager)), Wake::Within(CONFLICT));
    }
    (case.say(Finding::ready()), Wake::Within(DRIFT))
}

fn contested(case: &Case<'_>, manager: &str, wait: Option<Duration>, apply: Write) -> Verdict {
    let mut writes = case.warn(reverts(case, manager));
    let wake = match wait {
        None => Wake::Events,
        Some(wait) if wait.is_zero() => {
            writes.push(apply);
            Wake::Within(DRIFT)
        }
        Some(wait) => Wake::Within(wait),
    };
    Verdict::Decide(writes, wake)
}

fn reverts(case: &Case<'_>, manager: &str) -> Finding {
    let nad = &case.network.target;
    let message = format!("{manager} reverts every write to NetworkAttachmentDefinition {nad}");
    Finding::trouble(reason::CONTESTED, message)
}

fn apply(desired: &Desired, nad: Option<&Nad>) -> Write {
    let existing = nad.map(|nad| Precondition {
        uid: nad.uid.clone(),
        // Whoever gives an unowned NAD an owner in between keeps it.
        resource_version: (nad.owner == Owner::None).then(|| nad.resource_version.clone()),
    });
    Write::ApplyNad { desired: Box::new(desired.clone()), force: existing.is_some(), existing }
}
