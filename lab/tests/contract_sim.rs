//! The contract on the simulator: it keeps every rule, and every rule is stated by a case.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use sriov_host::sim::{Machine, Rule, SimHost};
use sriov_lab::contract::{Case, Rig, cases, rdma_cases};

mod sim_rdma;

fn machine(iommu: bool) -> Machine {
    Machine { iommu, ..Machine::igb_pair() }
}

fn rig(iommu: bool) -> Rig {
    Rig {
        pf: "0000:01:00.0".parse().unwrap(),
        other_pf: "0000:02:00.0".parse().unwrap(),
        total_vfs: 7,
        vf_driver: "igbvf".parse().unwrap(),
        iommu,
    }
}

fn failures(host: &SimHost, rig: &Rig) -> Vec<String> {
    let runs = cases().into_iter().filter(|case| case.runs_on(rig));
    let failed = |case: Case| {
        let problem = (case.run)(host, rig).err()?;
        Some(format!("{}: {problem}", case.name))
    };
    runs.filter_map(failed).collect()
}

#[test]
fn the_simulator_keeps_the_contract() {
    for iommu in [false, true] {
        let host = SimHost::new(&machine(iommu)).unwrap();
        assert_eq!(failures(&host, &rig(iommu)), Vec::<String>::new());
    }
}

#[test]
fn it_does_so_without_udev_and_with_a_slow_one() {
    let mut none = machine(false);
    none.udev.present = false;
    let mut slow = machine(true);
    (slow.udev.min_ms, slow.udev.max_ms) = (2_000, 9_000);
    for machine in [none, slow] {
        let host = SimHost::new(&machine).unwrap();
        assert_eq!(failures(&host, &rig(machine.iommu)), Vec::<String>::new());
    }
}

#[test]
fn the_simulator_keeps_the_rdma_contract() {
    assert_eq!(sim_rdma::failures(&sim_rdma::host()), Vec::<String>::new());
}

/// Whether the case itself objects, rather than its preparation or its clean-up.
fn notices(case: &Case, rule: Rule) -> bool {
    [false, true].into_iter().any(|iommu| {
        let rig = rig(iommu);
        let host = SimHost::new(&machine(iommu)).unwrap();
        host.break_rule(rule);
        let problem = case.runs_on(&rig).then(|| (case.run)(&host, &rig).err()).flatten();
        problem.is_some_and(|text| {
            !text.starts_with("before the case") && !text.starts_with("after the case")
        })
    })
}

#[test]
fn every_rule_is_stated_by_a_case() {
    let (all, rdma) = (cases(), rdma_cases());
    let mut rules = Rule::ALL.to_vec();
    rules.retain(|rule| !rdma.iter().any(|case| sim_rdma::notices(case, *rule)));
    rules.retain(|rule| !all.iter().any(|case| notices(case, *rule)));
    assert!(rules.is_empty(), "no case notices that these are broken: {rules:?}");
}

#[test]
fn every_case_states_a_rule() {
    let mut idle = cases();
    idle.retain(|case| !Rule::ALL.iter().any(|rule| notices(case, *rule)));
    let mut idle_rdma = rdma_cases();
    idle_rdma.retain(|case| !Rule::ALL.iter().any(|rule| sim_rdma::notices(case, *rule)));
    let mut idle: Vec<_> = idle.iter().map(|case| case.name).collect();
    idle.extend(idle_rdma.iter().map(|case| case.name));
    assert!(idle.is_empty(), "nothing that is broken makes these fail: {idle:?}");
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = cases().iter().map(|case| case.name).collect();
    names.extend(rdma_cases().iter().map(|case| case.name));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
