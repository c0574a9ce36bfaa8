use crate::plan::case::{Case, Finding, NAMESPACE, STEP, Verdict};
use crate::plan::{NamespacePhase, Wake, reason};

/// Row 8.
pub(in crate::plan) fn namespace(case: &Case<'_>) -> Option<Verdict> {
    let name = &case.network.target.namespace;
    let finding = match case.observed.namespace {
        NamespacePhase::Active => return None,
        NamespacePhase::Absent => {
            let message = format!("target namespace {name:?} does not exist");
            Finding::trouble(reason::NAMESPACE_NOT_FOUND, message)
        }
        NamespacePhase::Terminating => {
            let message = format!("target namespace {name:?} is being deleted");
            Finding::trouble(reason::NAMESPACE_TERMINATING, message)
        }
    };
    Some(Verdict::Decide(case.say(finding), Wake::Within(NAMESPACE)))
}

/// Row 9: what is being deleted cannot be kept by writing to it.
pub(in crate::plan) fn nad_deleting(case: &Case<'_>) -> Option<Verdict> {
    let nad = case.observed.at_target.as_ref().filter(|nad| nad.deleting)?;
    let message = format!("NetworkAttachmentDefinition {} is being deleted", nad.key);
    let writes = case.say(Finding::trouble(reason::PENDING, message));
    Some(Verdict::Decide(writes, Wake::Within(STEP)))
}
