use crate::plan::case::{STEP, delete, owned};
use crate::plan::{Confirm, Observed, Plan, PlanOptions, Row, Wake};

/// Row 1. The grace period lets a network that is created anew, as by a restore, keep its NADs, and
/// a cache of networks that is behind the cache of NADs catch up.
pub(in crate::plan) fn absent(observed: &Observed, options: &PlanOptions) -> Plan {
    let rest = options.orphan_grace.saturating_sub(observed.absent_for);
    let orphans = || owned(observed);
    let wake = match orphans().next() {
        None => Wake::Events,
        Some(_) if rest.is_zero() => Wake::Within(STEP),
        Some(_) => Wake::Within(rest),
    };
    let writes = orphans().filter(|_| rest.is_zero());
    let writes = writes.filter_map(|nad| delete(nad, Confirm::NetworkAbsent)).collect();
    Plan { row: Row::Absent, passed: Vec::new(), writes, wake }
}
