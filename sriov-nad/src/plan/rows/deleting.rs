use crate::plan::case::{Case, STEP, Verdict, delete};
use crate::plan::{Confirm, Wake, Write};

/// Row 2: the NADs first, then the finalizer. What another network owns stays.
pub(in crate::plan) fn deleting(case: &Case<'_>) -> Option<Verdict> {
    let meta = &case.network.meta;
    if !meta.deleting || !meta.finalizers.contains(&case.options.finalizer) {
        return None;
    }
    let wake = Wake::Within(STEP);
    if case.owned().next().is_some() {
        let deletes = case.owned().filter_map(|nad| delete(nad, Confirm::Nothing));
        return Some(Verdict::Decide(deletes.collect(), wake));
    }
    let mut confirm_absent = case.observed.written.clone();
    confirm_absent.insert(case.network.target.clone());
    let (uid, present) = (meta.uid.clone(), meta.finalizers.clone());
    let remove = Write::RemoveFinalizer { uid, present, confirm_absent };
    Some(Verdict::Decide(vec![remove], wake))
}

/// Row 3. What NADs it has are the garbage collector's, or orphans as soon as it is gone.
pub(in crate::plan) fn deleting_elsewhere(case: &Case<'_>) -> Option<Verdict> {
    case.network.meta.deleting.then(|| Verdict::Decide(Vec::new(), Wake::Events))
}
