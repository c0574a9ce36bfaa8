use std::sync::Mutex;

use sriov_host::plan::Outcome;

use super::error::NicError;
use super::report::NicReport;
use crate::plan::NicPlan;

/// Works on cards, so many at once; the reports are in the order of the cards. One worker keeps to
/// the caller's thread.
pub(super) fn side_by_side(
    nics: &[NicPlan],
    workers: usize,
    run: impl Fn(&NicPlan) -> NicReport + Sync,
) -> Vec<NicReport> {
    let workers = workers.min(nics.len());
    if workers <= 1 {
        return nics.iter().map(run).collect();
    }
    let mut reports: Vec<Option<NicReport>> = nics.iter().map(|_| None).collect();
    let open = Mutex::new(nics.iter().zip(reports.iter_mut()));
    let next = || open.lock().ok().and_then(|mut open| open.next());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((nic, report)) = next() {
                    *report = Some(run(nic));
                }
            });
        }
    });
    let lost = |nic: &NicPlan| NicReport {
        error: Some(NicError::NotTried("its worker ended early")),
        ..NicReport::untouched(nic, Outcome::NotRun)
    };
    nics.iter().zip(reports).map(|(nic, report)| report.unwrap_or_else(|| lost(nic))).collect()
}
