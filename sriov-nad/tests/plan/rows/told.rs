//! What is said of troubles, and how often.

use sriov_nad::FieldError;
use sriov_nad::plan::{Failure, Row, Wake, Write, condition_for_failure};

use super::{INVALID, check, said};
use crate::fixture::{crossing, edit, options, settled};

#[test]
fn a_known_trouble_is_told_anew_to_programs_and_not_to_people() {
    let mut observed = crossing();
    edit(&mut observed).desired = Err(FieldError::missing("spec.resourceName"));
    observed = said(&observed);
    edit(&mut observed).meta.generation = 4;
    check(&observed, Row::Invalid, &[INVALID], Wake::Events);
}

#[test]
fn failures_have_reasons_of_their_own() {
    let observed = settled(crossing());
    let reason = |failure: &Failure, attempts| {
        let write = condition_for_failure(&observed, &options(), failure, attempts)?;
        let Write::SetCondition { condition, .. } = write else { panic!("{write:?}") };
        assert_eq!((condition.status.as_str(), condition.observed_generation), ("False", Some(3)));
        Some(condition.reason)
    };
    let at_once = [
        Failure::Conflict { managers: vec!["a".to_owned(), "b".to_owned()] },
        Failure::Forbidden("quota".to_owned()),
        Failure::Rejected("no".to_owned()),
        Failure::NamespaceTerminating,
    ];
    let later = [Failure::TooManyRequests, Failure::Transient("reset".to_owned())];
    let mut reasons: Vec<String> = at_once.iter().map(|f| reason(f, 1).unwrap()).collect();
    assert!(later.iter().all(|failure| reason(failure, 2).is_none()));
    reasons.extend(later.iter().map(|failure| reason(failure, 3).unwrap()));
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), 6);
    assert!(!reasons.contains(&INVALID.to_owned()), "a failed write is no invalid network");

    let said = condition_for_failure(&observed, &options(), &at_once[1], 1).unwrap();
    let Write::SetCondition { condition, .. } = said else { panic!() };
    let mut again = observed.clone();
    edit(&mut again).condition = Some(condition);
    assert_eq!(condition_for_failure(&again, &options(), &at_once[1], 2), None);
    again.network = None;
    assert_eq!(condition_for_failure(&again, &options(), &at_once[1], 2), None);
}
