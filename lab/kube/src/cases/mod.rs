//! The cases, by subject. The first word of a name is the case's alone: its objects bear it.

mod claims;
mod fight;
mod foreign;
mod garbage;
mod invalid;
mod kill;
mod kinds;
mod late;
mod life;
mod ops;
mod restart;
mod shipped;

use crate::case::{Body, Case};
use crate::contract;

/// The cases whose name contains `filter`, in the order they are run.
pub(crate) fn selected(filter: &str) -> Vec<Case> {
    let mut cases = all();
    cases.retain(|case| case.name.contains(filter));
    cases
}

fn all() -> Vec<Case> {
    let contract = contract::CASES.iter();
    let contract = contract.map(|(name, run)| Case { name, body: Body::Contract(*run) });
    contract.chain(scenarios()).collect()
}

/// Those that remove a kind come last: the garbage collector needs 30 s to take a kind up again.
fn scenarios() -> Vec<Case> {
    [
        shipped::CASES,
        life::CASES,
        late::CASES,
        fight::CASES,
        foreign::CASES,
        claims::CASES,
        invalid::CASES,
        ops::CASES,
        garbage::CASES,
        restart::CASES,
        kill::CASES,
        kinds::CASES,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_first_word_of_a_name_is_the_cases_alone() {
        let cases = super::scenarios();
        let words: BTreeSet<_> =
            cases.iter().filter_map(|case| case.name.split('_').next()).collect();
        assert_eq!(words.len(), cases.len());
    }
}
