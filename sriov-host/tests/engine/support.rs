//! Short ways to say what the tests are about.

use sriov_host::PciAddress;
use sriov_host::config::{Document, NodeConfig};
use sriov_host::inventory::{NodeInventory, ObserveOptions, PfInventory, observe};
use sriov_host::plan::Outcome;
use sriov_host::seam::{Host, HostPath, Sysfs};
use sriov_host::sim::{Machine, SimHost};
use sriov_host::vfs::{Applied, ApplyOptions, PlanOptions, VfPlan};

/// One worker, so that runs are the same every time.
pub(crate) fn options() -> ApplyOptions {
    ApplyOptions { parallel: 1, owner: "a test".to_owned(), ..ApplyOptions::default() }
}

pub(crate) fn machine(yaml: &str) -> SimHost {
    SimHost::new(&Machine::from_yaml(yaml).unwrap()).unwrap()
}

pub(crate) fn config(pfs: &str) -> NodeConfig {
    let text = format!("apiVersion: sriov/v1\nkind: NodeConfig\npfs:\n{pfs}");
    Document::parse(&text).unwrap_or_else(|error| panic!("{error}")).config
}

pub(crate) fn look(host: &dyn Host) -> NodeInventory {
    observe(host, ObserveOptions { vf_attrs: true }).unwrap()
}

pub(crate) fn plan(host: &dyn Host, config: &NodeConfig) -> VfPlan {
    sriov_host::vfs::plan(&look(host), config, PlanOptions::default()).unwrap()
}

pub(crate) fn apply(host: &dyn Host, config: &NodeConfig) -> Applied {
    let plan = plan(host, config);
    assert!(plan.blockers.is_empty(), "{plan}");
    sriov_host::vfs::apply(&plan, host, &options(), &|_| {})
}

/// Applies, and insists that everything was done and nothing is left to do.
pub(crate) fn converge(host: &dyn Host, config: &NodeConfig) -> Applied {
    let applied = apply(host, config);
    let errors: Vec<String> = applied.errors().map(|(_, error)| format!("{error:?}")).collect();
    assert!(applied.is_complete(), "{errors:#?}");
    let left = plan(host, config);
    assert!(left.is_empty(), "left to do:\n{left}");
    applied
}

pub(crate) fn names(plan: &VfPlan) -> Vec<&'static str> {
    plan.steps.iter().map(|step| sriov_host::plan::Action::name(&step.action)).collect()
}

pub(crate) fn outcomes(applied: &Applied) -> Vec<(&'static str, Outcome)> {
    let name = |action| sriov_host::plan::Action::name(action);
    applied.steps.iter().map(|step| (name(&step.step.action), step.outcome)).collect()
}

pub(crate) fn first_pf(host: &dyn Host) -> PfInventory {
    look(host).pfs.first().cloned().unwrap()
}

pub(crate) fn autoprobe(host: &dyn Sysfs, pf: &str) -> String {
    let pf: PciAddress = pf.parse().unwrap();
    host.read(&HostPath::pci(pf).join("sriov_drivers_autoprobe")).unwrap()
}
