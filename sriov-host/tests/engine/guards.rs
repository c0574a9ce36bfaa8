use std::collections::BTreeSet;

use sriov_host::plan::{BlockerKind, Guard};
use sriov_host::seam::Host;
use sriov_host::sim::SimHost;
use sriov_host::vfs::{
    ApplyOptions, PlanOptions, StepError, VfPlan, guard_blockers, observe_usage, prepare,
    prepare_observed,
};
use sriov_host::{codes, vfs};

use crate::support::{config, look, machine, options, plan};

fn guards(host: &dyn Host, plan: &VfPlan, allowed: &[Guard]) -> Vec<(Guard, String)> {
    let inventory = look(host);
    let pfs: Vec<_> = inventory.pfs.iter().collect();
    let usage = observe_usage(host, &pfs).unwrap();
    let allowed: BTreeSet<Guard> = allowed.iter().copied().collect();
    let blockers = guard_blockers(plan, &usage, &allowed);
    assert!(blockers.iter().all(|blocker| blocker.code == codes::IN_USE.id));
    let guard = |kind: &BlockerKind| match kind {
        BlockerKind::Guarded { guard, .. } => *guard,
        other => panic!("{other:?}"),
    };
    blockers.iter().map(|blocker| (guard(&blocker.kind), blocker.to_string())).collect()
}

const NONE: &str = r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 0 }"#;

fn pod_host() -> SimHost {
    machine(
        "
pfs:
  - pci: 0000:01:00.0
    driver: mlx5_core
    numVfs: 3
    vfs: [{ range: 1, netns: pod-a }]
",
    )
}

#[test]
fn a_vf_in_a_pod_blocks_a_shrink() {
    let host = pod_host();
    let plan = plan(&host, &config(NONE));
    let found = guards(&host, &plan, &[]);
    let [(Guard::ForeignNetns, text)] = found.as_slice() else { panic!("{found:?}") };
    assert!(text.contains("VF 1") && text.contains("network namespace"), "{text}");
    assert!(guards(&host, &plan, &[Guard::ForeignNetns]).is_empty());
}

#[test]
fn apply_looks_again_and_refuses_by_itself() {
    let host = pod_host();
    let plan = plan(&host, &config(NONE));
    let applied = vfs::apply(&plan, &host, &options(), &|_| {});
    let (_, error) = applied.errors().next().unwrap();
    assert!(matches!(error, StepError::Guarded(_)), "{error}");
    assert!(error.help().unwrap().contains("--allow foreign-netns"));
    assert_eq!(look(&host).pfs[0].vfs.len(), 3);
    let allow = BTreeSet::from([Guard::ForeignNetns]);
    let options = ApplyOptions { allow, ..options() };
    assert!(vfs::apply(&plan, &host, &options, &|_| {}).is_complete());
    assert_eq!(look(&host).pfs[0].vfs.len(), 0);
}

#[test]
fn a_vfio_holder_is_named() {
    let host = machine(
        "
iommu: true
pfs:
  - pci: 0000:01:00.0
    driver: mlx5_core
    numVfs: 3
    vfs: [{ range: 2, driver: vfio-pci }]
holders: [{ pid: 4711, comm: qemu-system-x86, pf: 0000:01:00.0, vf: 2, holds: vfio }]
",
    );
    let found = guards(&host, &plan(&host, &config(NONE)), &[]);
    let [(Guard::VfioHolder, text)] = found.as_slice() else { panic!("{found:?}") };
    for part in ["VF 2", "qemu-system-x86", "4711", "/dev/vfio/"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn the_default_route_protects_its_pf() {
    let host = machine(
        "
pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 2 }, { pci: 0000:02:00.0, driver: igb, numVfs: 2 }]
defaultRoute: { pf: 0000:01:00.0 }
",
    );
    let found = guards(&host, &plan(&host, &config(NONE)), &[]);
    assert!(matches!(found.as_slice(), [(Guard::DefaultRoute, _)]), "{found:?}");
    let other = config(r#"  - { match: { pci: "0000:02:00.0" }, numVfs: 0 }"#);
    assert!(guards(&host, &plan(&host, &other), &[]).is_empty());
}

#[test]
fn what_disturbs_nobody_is_not_guarded() {
    let host = pod_host();
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 3\n    vfs: [{ range: 1, maxTxRateMbps: 100 }]\n",
    );
    let plan = plan(&host, &wanted);
    assert_eq!(plan.steps.len(), 1, "{plan}");
    assert!(guards(&host, &plan, &[]).is_empty());
}

#[test]
fn an_inventory_alone_tells_of_pods() {
    let inventory = look(&pod_host());
    let allow = BTreeSet::new();
    let planned =
        prepare_observed(&inventory, &config(NONE), PlanOptions::default(), &allow).unwrap();
    let [blocker] = planned.blockers.as_slice() else { panic!("{planned}") };
    assert!(blocker.message.contains("network namespace"), "{blocker}");
}

#[test]
fn processes_that_cannot_be_seen_may_be_holders() {
    // Without rights at all, and as root without CAP_SYS_PTRACE.
    for (call, target) in [("list", "*/proc/4711/fd"), ("readLink", "*/proc/4711/fd/*")] {
        let host = machine(&format!(
            "
iommu: true
pfs:
  - pci: 0000:01:00.0
    driver: mlx5_core
    numVfs: 2
    vfs: [{{ range: 0, driver: vfio-pci }}]
holders: [{{ pid: 4711, comm: qemu-system-x86, pf: 0000:01:00.0, vf: 0, holds: vfio }}]
faults: [{{ call: {call}, target: '{target}', nth: 1, times: 1000, errno: EACCES }}]
"
        ));
        let none = BTreeSet::new();
        let planned = prepare(&host, &config(NONE), PlanOptions::default(), &none).unwrap();
        let text = planned.to_string();
        assert!(text.contains("vf 0") && text.contains("could not be looked into"), "{text}");
        assert!(!text.contains("4711"), "{text}");
    }
}
