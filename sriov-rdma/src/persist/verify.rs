use sriov_host::config::RdmaNetnsMode;
use sriov_host::plan::Verification;

use super::facts::Facts;
use super::options::ModePlanOptions;
use super::plan::plan;

/// Compares the host with the wish. Pure.
///
/// What differs is what a plan is about, so the two can never disagree: `live`, and `nextBoot`.
pub fn verify(facts: &Facts, wanted: RdmaNetnsMode) -> Verification {
    let plan = plan(facts, wanted, ModePlanOptions::default());
    Verification { differences: plan.differences, obstacles: plan.plan.blockers }
}
