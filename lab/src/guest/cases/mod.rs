//! The cases, by subject.

mod apply;
mod guards;
mod kargs;
mod kill;
mod list;
mod machine;
mod parameters;
pub(super) mod rdma;
mod ready;
mod reload;
mod sample;
mod vf_link;

use super::case::{Body, Case};
use crate::contract;

/// The cases of a form whose name contains `filter`, in the order they are run.
pub(super) fn selected(form: &str, filter: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = all().into_iter().filter(|case| case.form == form).collect();
    cases.retain(|case| case.name.contains(filter));
    cases
}

fn all() -> Vec<Case> {
    let mut all = [
        machine::CASES,
        list::CASES,
        apply::CASES,
        ready::CASES,
        guards::CASES,
        kill::CASES,
        reload::CASES,
        vf_link::CASES,
        parameters::CASES,
        kargs::CASES,
    ]
    .concat();
    all.extend(rdma::cases());
    all.extend(contract::cases().into_iter().map(|case| Case {
        name: case.name,
        form: if case.needs_iommu { "iommu" } else { "contract" },
        body: Body::Contract(case),
    }));
    all.extend(contract::rdma_cases().into_iter().map(|case| Case {
        name: case.name,
        form: "rdma",
        body: Body::Rdma(case),
    }));
    all
}
