use super::ClusterError;
use crate::plan::{Failure, Observed, PlanOptions, Write, condition_for_failure};

/// The condition that tells of a failure, if people have to know and do not know yet. Texts of
/// errors vary from one attempt to the next; a new text alone is not worth a write, and the event
/// that follows it would bring the next attempt forward for nothing.
pub(super) fn condition(
    observed: &Observed,
    options: &PlanOptions,
    error: &ClusterError,
    attempts: u32,
) -> Option<Write> {
    let write = condition_for_failure(observed, options, &failure(error), attempts)?;
    let known = observed.network.as_ref().and_then(|network| network.condition.as_ref());
    let same = |known| match &write {
        Write::SetCondition { condition, .. } => tells_the_same(known, condition),
        _ => false,
    };
    (!known.is_some_and(same)).then_some(write)
}

fn tells_the_same(a: &crate::spec::Condition, b: &crate::spec::Condition) -> bool {
    (&a.status, &a.reason, a.observed_generation) == (&b.status, &b.reason, b.observed_generation)
}

fn failure(error: &ClusterError) -> Failure {
    match error {
        ClusterError::Conflict { managers } => Failure::Conflict { managers: managers.clone() },
        ClusterError::Forbidden(why) => Failure::Forbidden(why.clone()),
        ClusterError::Invalid(why) => Failure::Rejected(why.clone()),
        ClusterError::NamespaceTerminating => Failure::NamespaceTerminating,
        ClusterError::TooMany { .. } => Failure::TooManyRequests,
        ClusterError::PreconditionFailed(why)
        | ClusterError::NotFound(why)
        | ClusterError::Transient(why) => Failure::Transient(why.clone()),
    }
}
