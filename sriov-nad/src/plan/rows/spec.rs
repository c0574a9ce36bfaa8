use crate::plan::case::{Case, Finding, STEP, Verdict, delete};
use crate::plan::{Confirm, Wake, Write, reason};

/// Row 4: only networks of the operator's namespace may name a namespace, be it their own.
pub(in crate::plan) fn out_of_scope(case: &Case<'_>) -> Option<Verdict> {
    let (key, operator) = (&case.observed.key, &case.options.operator_namespace);
    if case.network.network_namespace.is_none() || key.namespace == *operator {
        return None;
    }
    let message = format!("networkNamespace cannot be set outside namespace {operator:?}");
    let mut writes = case.warn(Finding::trouble(reason::INVALID, message));
    writes.extend(case.owned().filter_map(|nad| delete(nad, Confirm::Nothing)));
    let left = case.owned().next().is_some();
    let wake = if left { Wake::Within(STEP) } else { Wake::Events };
    Some(Verdict::Decide(writes, wake))
}

/// Row 5: no owner reference reaches across namespaces, so deletion has to wait for us.
pub(in crate::plan) fn finalizer(case: &Case<'_>) -> Option<Verdict> {
    let (network, finalizer) = (case.network, &case.options.finalizer);
    let crosses = network.target.namespace != case.observed.key.namespace;
    if !crosses || network.meta.finalizers.contains(finalizer) {
        return None;
    }
    let (uid, present) = (network.meta.uid.clone(), network.meta.finalizers.clone());
    Some(Verdict::Act(vec![Write::AddFinalizer { uid, present }]))
}

/// Row 6: the last good NAD stays, wherever it is, and pods go on starting.
pub(in crate::plan) fn invalid(case: &Case<'_>) -> Option<Verdict> {
    let error = case.network.desired.as_ref().err()?;
    let writes = case.warn(Finding::trouble(reason::INVALID, error.to_string()));
    Some(Verdict::Decide(writes, Wake::Events))
}

/// Row 7: what is left behind by a change of the target.
pub(in crate::plan) fn elsewhere(case: &Case<'_>) -> Option<Verdict> {
    let left = case.owned().filter(|nad| nad.key != case.network.target);
    let writes: Vec<Write> = left.filter_map(|nad| delete(nad, Confirm::Nothing)).collect();
    (!writes.is_empty()).then_some(Verdict::Act(writes))
}
