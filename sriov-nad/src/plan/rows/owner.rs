use crate::nad::Owner;
use crate::names::NetworkKey;
use crate::plan::arbitration::{claims, earlier};
use crate::plan::case::{CONFLICT, Case, Finding, Verdict};
use crate::plan::{Unowned, Wake, reason};

/// Row 10: who has the NAD keeps it; where nobody has it, the oldest gets it.
///
/// An owner that claims it no longer is waited for as well: its own rows delete the NAD (it is
/// deleting, out of scope, retargeted or gone), and taking over would race with them.
pub(in crate::plan) fn conflict(case: &Case<'_>) -> Option<Verdict> {
    let nad = &case.network.target;
    let message = match case.observed.at_target.as_ref().map(|nad| &nad.owner) {
        Some(Owner::Network(owner)) if *owner == case.observed.key => return None,
        Some(Owner::Network(owner)) => owned_by(case, owner),
        Some(Owner::Foreign(text)) => {
            format!("{nad} has owner annotation {text:?}, which names no network")
        }
        Some(Owner::None) | None => {
            let winner = earlier(case)?;
            format!("{nad} is claimed by {}, which was created earlier", winner.key)
        }
    };
    Some(decide(case, reason::CONFLICT, &message))
}

fn owned_by(case: &Case<'_>, owner: &NetworkKey) -> String {
    let nad = &case.network.target;
    if claims(case, owner) {
        format!("{nad} is owned by {owner}")
    } else {
        format!("{nad} is still owned by {owner}, which does not claim it any more")
    }
}

/// Row 11.
pub(in crate::plan) fn unowned(case: &Case<'_>) -> Option<Verdict> {
    let nad = case.observed.at_target.as_ref().filter(|nad| nad.owner == Owner::None)?;
    if case.options.unowned == Unowned::Adopt {
        return None;
    }
    let message = format!("{} has no owner annotation and is not adopted", nad.key);
    Some(decide(case, reason::UNOWNED, &message))
}

fn decide(case: &Case<'_>, reason: &'static str, message: &str) -> Verdict {
    let message = format!("NetworkAttachmentDefinition {message}");
    let writes = case.warn(Finding::trouble(reason, message));
    Verdict::Decide(writes, Wake::Within(CONFLICT))
}
