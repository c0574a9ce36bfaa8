//! The whole way on the simulated host: looked at, planned, applied, restarted.

use sriov_host::boot::{Ledger, probe};
use sriov_host::config::RdmaNetnsMode;
use sriov_host::decorate::{Call, FaultSpec, Faulty, Recorder};
use sriov_host::plan::Outcome;
use sriov_host::seam::{Availability, Files, Host, HostPath, RdmaSystem};
use sriov_host::sim::{Machine, NamespaceMachine, SimHost};
use sriov_host::{Errno, NetnsMode};
use sriov_rdma::persist::{
    Facts, ModeApplied, ModeApplyOptions, ModePlan, ModePlanOptions, apply, file_content,
    file_path, observe, plan, survey,
};

pub(crate) const EXCLUSIVE: RdmaNetnsMode = RdmaNetnsMode::Exclusive;

pub(crate) fn options_of(value: &str) -> String {
    format!("options ib_core netns_mode={value}\n")
}

/// A host with an RDMA card, described further.
pub(crate) fn machine(more: &str) -> SimHost {
    let yaml = format!("pfs: [{{ pci: 0000:3b:00.0, driver: mlx5_core }}]\n{more}\n");
    SimHost::new(&Machine::from_yaml(&yaml).unwrap()).unwrap()
}

pub(crate) fn look<H: Host + RdmaSystem>(host: &H, wanted: RdmaNetnsMode) -> Facts {
    let loader = probe(host).unwrap();
    observe(host, host, loader.as_ref(), wanted).unwrap()
}

pub(crate) fn plan_of<H: Host + RdmaSystem>(host: &H, wanted: RdmaNetnsMode) -> ModePlan {
    plan(&look(host, wanted), wanted, ModePlanOptions::default())
}

pub(crate) fn apply_to<H: Host + RdmaSystem>(
    host: &H,
    wanted: RdmaNetnsMode,
    persist: bool,
) -> ModeApplied {
    let plan = plan(&look(host, wanted), wanted, ModePlanOptions { persist });
    apply(&plan, host, host, &ModeApplyOptions::default())
}

pub(crate) fn live(host: &SimHost) -> Option<NetnsMode> {
    sriov_rdma::netns_mode::get(host).unwrap().available()
}

pub(crate) fn add_pod(host: &SimHost) {
    let pod = NamespaceMachine { name: Some("pod".to_owned()), ..NamespaceMachine::default() };
    host.add_namespace(&pod).unwrap();
}

fn remembered(host: &SimHost) -> usize {
    Ledger::load(host).unwrap().records().count()
}

#[test]
fn a_host_without_other_namespaces_needs_no_boot() {
    let host = machine("");
    let applied = apply_to(&host, EXCLUSIVE, true);
    assert!(applied.is_complete() && applied.reboot_reasons.is_empty(), "{applied:?}");
    assert_eq!(live(&host), Some(NetnsMode::Exclusive));
    assert!(plan_of(&host, EXCLUSIVE).is_empty());
    host.reboot();
    assert_eq!(live(&host), Some(NetnsMode::Exclusive));
    assert!(plan_of(&host, EXCLUSIVE).is_empty());
}

#[test]
fn a_host_that_is_right_is_not_touched() {
    let host = machine("");
    let _ = apply_to(&host, EXCLUSIVE, true);
    let host = Recorder::new(host);
    for _ in 0..3 {
        let applied = apply_to(&host, EXCLUSIVE, true);
        assert!(applied.steps.is_empty() && applied.is_complete(), "{applied:?}");
    }
    assert_eq!(host.mutations(), 0, "{:?}", host.lines());
}

#[test]
fn one_boot_is_asked_for_once_where_the_kernel_refuses() {
    let host = machine("namespaces: [{ name: pod }]");
    let applied = apply_to(&host, EXCLUSIVE, true);
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
    assert!(applied.is_complete());
    assert_eq!((live(&host), remembered(&host)), (Some(NetnsMode::Shared), 1));
    // Still outstanding: said again, and nothing is written for it.
    let recorder = Recorder::new(host.clone());
    let again = apply_to(&recorder, EXCLUSIVE, true);
    assert_eq!(again.reboot_reasons, applied.reboot_reasons);
    assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
    host.reboot();
    add_pod(&host);
    assert_eq!(live(&host), Some(NetnsMode::Exclusive));
    assert!(plan_of(&host, EXCLUSIVE).is_empty());
    let settled = apply_to(&host, EXCLUSIVE, true);
    assert!(settled.is_complete());
    assert_eq!(remembered(&host), 0);
}

#[test]
fn a_boot_that_did_not_help_is_told_and_not_repeated() {
    let host = machine("namespaces: [{ name: pod }]");
    assert_eq!(apply_to(&host, EXCLUSIVE, true).reboot_reasons.len(), 1);
    // Somebody takes the setting away for the time of the boot.
    host.remove_file(&file_path()).unwrap();
    host.reboot();
    add_pod(&host);
    for _ in 0..2 {
        let applied = apply_to(&host, EXCLUSIVE, true);
        assert!(applied.reboot_reasons.is_empty(), "{applied:?}");
    }
    let plan = plan_of(&host, EXCLUSIVE);
    let [blocker] = plan.plan.blockers.as_slice() else { panic!("{plan:?}") };
    assert_eq!(blocker.code, "SRIOV-R024");
    assert!(blocker.message.contains("/etc/modprobe.d/sriov-rdma.conf"), "{blocker}");
    assert!(!sriov_rdma::persist::verify(&look(&host, EXCLUSIVE), EXCLUSIVE).in_sync());
}

#[test]
fn a_namespace_that_came_after_the_plan_makes_a_boot_necessary_only_if_that_helps() {
    let host = machine("");
    let planned = plan_of(&host, EXCLUSIVE);
    let only_live = plan(&look(&host, EXCLUSIVE), EXCLUSIVE, ModePlanOptions { persist: false });
    add_pod(&host);
    let applied = apply(&only_live, &host, &host, &ModeApplyOptions::default());
    assert!(applied.reboot_reasons.is_empty() && !applied.is_complete(), "{applied:?}");
    assert!(applied.errors().all(|(_, error)| error.is_busy()), "{applied:?}");
    assert_eq!((host.read_file(&file_path()).unwrap(), remembered(&host)), (None, 0));
    let applied = apply(&planned, &host, &host, &ModeApplyOptions::default());
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
    assert!(applied.is_complete() && remembered(&host) == 1);
}

#[test]
fn the_copies_in_the_initramfs_count() {
    let host = machine("initramfs: { modules: [ib_core] }");
    let planned = plan_of(&host, EXCLUSIVE);
    let names: Vec<_> = planned.plan.steps.iter().map(step_name).collect();
    assert_eq!(names, ["writeModprobe", "regenerateInitramfs", "setLiveMode"], "{planned}");
    assert!(apply_to(&host, EXCLUSIVE, true).is_complete());
    assert!(plan_of(&host, EXCLUSIVE).is_empty());
    host.reboot();
    assert_eq!(live(&host), Some(NetnsMode::Exclusive));
    // Our file is right, and the copy of it is not.
    host.write_file(&file_path(), file_content(NetnsMode::Shared).as_bytes()).unwrap();
    host.regenerate_initramfs();
    host.write_file(&file_path(), file_content(NetnsMode::Exclusive).as_bytes()).unwrap();
    let stale = plan_of(&host, EXCLUSIVE);
    let names: Vec<_> = stale.plan.steps.iter().map(step_name).collect();
    assert_eq!(names, ["regenerateInitramfs"], "{stale}");
}

#[test]
fn an_initramfs_that_cannot_be_made_is_a_failure_and_no_boot_is_asked_for() {
    for how in ["fails", "noEffect", "hangs"] {
        let host = machine(&format!(
            "initramfs: {{ modules: [ib_core] }}\nnamespaces: [{{ name: pod }}]\n\
             boot: {{ faults: [{{ tool: update-initramfs, how: {how} }}] }}"
        ));
        let applied = apply_to(&host, EXCLUSIVE, true);
        assert!(applied.reboot_reasons.is_empty(), "{how}: {applied:?}");
        let failed: Vec<_> = applied.errors().map(|(step, _)| step_name(&step.step)).collect();
        assert_eq!(failed, ["regenerateInitramfs"], "{how}: {applied:?}");
        assert_eq!(remembered(&host), 0);
    }
}

#[test]
fn what_changed_since_the_plan_is_not_overwritten() {
    let host = machine("");
    let planned = plan_of(&host, EXCLUSIVE);
    let theirs = b"# mine\n";
    host.write_file(&file_path(), theirs).unwrap();
    let applied = apply(&planned, &host, &host, &ModeApplyOptions::default());
    assert_eq!(applied.steps[0].outcome, Outcome::Failed);
    assert_eq!(applied.steps[0].error.as_ref().unwrap().code(), "SRIOV-H040");
    assert_eq!(host.read_file(&file_path()).unwrap().unwrap(), theirs);
}

#[test]
fn a_lock_of_somebody_else_stops_everything() {
    let host = machine("");
    let path = HostPath::new("run/sriov/rdma.lock");
    let _held = host.lock(&path, "node-agent (pid 7)").unwrap();
    let applied = apply_to(&host, EXCLUSIVE, true);
    assert_eq!(applied.count(Outcome::NotRun), applied.steps.len());
    assert_eq!(applied.steps[0].error.as_ref().unwrap().code(), "SRIOV-H048");
    assert_eq!(host.read_file(&file_path()).unwrap(), None);
}

#[test]
fn a_damaged_ledger_asks_for_no_boot_and_matters_only_then() {
    let damaged = |host: &SimHost| host.write_file(&Ledger::path(), b"garbage").unwrap();
    let host = machine("namespaces: [{ name: pod }]");
    damaged(&host);
    let applied = apply_to(&host, EXCLUSIVE, true);
    assert!(applied.reboot_reasons.is_empty(), "{applied:?}");
    let planned = plan_of(&host, EXCLUSIVE);
    assert_eq!(planned.plan.blockers[0].code, "SRIOV-R026", "{planned:?}");
    let host = machine("");
    damaged(&host);
    assert!(apply_to(&host, EXCLUSIVE, true).is_complete());
    assert!(apply_to(&host, EXCLUSIVE, true).is_complete());
}

#[test]
fn without_rdma_nothing_is_asked_of_the_kernel() {
    let host = machine("rdma: { loaded: false }");
    let applied = apply_to(&host, EXCLUSIVE, true);
    assert!(applied.is_complete() && applied.steps.len() == 1, "{applied:?}");
    let only_live = plan(&look(&host, EXCLUSIVE), EXCLUSIVE, ModePlanOptions { persist: false });
    assert_eq!(only_live.plan.blockers[0].code, "SRIOV-R001", "{only_live:?}");
    assert_eq!(look(&host, EXCLUSIVE).live, Availability::NotLoaded);
}

fn step_name(step: &sriov_host::plan::Step<sriov_rdma::persist::ModeAction>) -> &'static str {
    sriov_host::plan::Action::name(&step.action)
}

#[test]
fn holders_that_cannot_be_looked_for_are_not_none() {
    let host = Faulty::new(machine("namespaces: [{ name: pod }]"));
    let ask = || survey(&host, &host, probe(&host).unwrap().as_ref()).unwrap();
    assert_eq!(ask().holders.map(|holders| holders.len()), Some(1));
    let host = Faulty::new(host.host().clone()).failing(FaultSpec::new(
        Call::List,
        "/proc",
        1,
        Errno::ACCES,
    ));
    let seen = survey(&host, &host, probe(&host).unwrap().as_ref()).unwrap();
    assert_eq!((seen.holders, seen.live), (None, Some(NetnsMode::Shared)));
}
