//! Loading values by a reset of the firmware: who is asked, what is removed, and what is left if it
//! does not work.

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::boot::Ledger;
use sriov_host::decorate::{Call, DryRun, FaultSpec, Faulty, Recorder};
use sriov_host::plan::{Disruption, Guard, Outcome};
use sriov_host::seam::{Files, Host, HostPath, Sysfs};
use sriov_host::sim::{CardColumn, SimHost};
use sriov_mlx::apply::{FirmwareApplied, FirmwareOptions, NicError, Outstanding, apply_through};
use sriov_mlx::plan::{NicAction, NicPlan};
use sriov_mlx::{Access, nobody};

use crate::fake::{A, FakeCard, address, nic, options, plan};
use crate::simway::{SimWays, machine};

const RESET: &str =
    "run-tool /usr/bin/mstfwreset -d 0000:3b:00.0 --skip_driver -l 3 -y reset -> ok";

/// A plan for 16 VFs where 8 run.
fn planned(action: NicAction) -> NicPlan {
    let fake = FakeCard::new(8, 8);
    nic(A, &fake, 16, action)
}

fn resetting() -> FirmwareOptions {
    FirmwareOptions { reset: true, ..options() }
}

fn run(host: &SimHost, options: &FirmwareOptions) -> (FirmwareApplied, Vec<String>) {
    let recorder = Recorder::new(host.clone());
    let applied = through(&recorder, host, options);
    (applied, recorder.lines())
}

/// The reset goes through `outer`, and the parameters through the machine itself.
fn through(outer: &dyn Host, host: &SimHost, options: &FirmwareOptions) -> FirmwareApplied {
    let ways = SimWays(Recorder::new(host.clone()));
    let plan = plan([planned(NicAction::WriteAndReset)]);
    apply_through(&plan, &Access::new(outer), options, &nobody, &ways)
}

fn vfs(host: &SimHost) -> [String; 2] {
    ["0000:3b:00.0", "0000:3b:00.1"]
        .map(|pci| host.read(&HostPath::pci(address(pci)).join("sriov_numvfs")).unwrap())
}

fn running(host: &SimHost) -> Option<u32> {
    host.card_value(A, "NUM_OF_VFS", CardColumn::Current)
}

fn staged(host: &SimHost) -> Option<u32> {
    host.card_value(A, "NUM_OF_VFS", CardColumn::Next)
}

fn changes(lines: &[String]) -> Vec<&String> {
    lines.iter().filter(|line| !line.starts_with("lock")).collect()
}

#[test]
fn all_vfs_go_first_and_one_reset_loads_the_values() {
    let host = machine("", "");
    let (applied, lines) = run(&host, &resetting());
    let nic = &applied.nics[0];
    assert_eq!(
        changes(&lines),
        [
            "write /sys/bus/pci/devices/0000:3b:00.0/sriov_numvfs \"0\" -> ok",
            "write /sys/bus/pci/devices/0000:3b:00.1/sriov_numvfs \"0\" -> ok",
            RESET,
        ]
    );
    assert_eq!((nic.outcome, nic.action), (Outcome::Done, NicAction::WriteAndReset));
    assert_eq!((nic.outstanding, nic.removed_vfs), (None, 6));
    assert_eq!(running(&host), Some(16));
    assert!(applied.is_complete() && applied.reboot_reasons.is_empty(), "{applied:?}");
    assert_eq!(applied.disruption(), Disruption::Nic);
    assert_eq!(host.read_file(&Ledger::path()).unwrap(), None);
}

#[test]
fn without_leave_the_reset_is_outstanding_and_nobody_is_disturbed() {
    let host = machine("", "");
    let (applied, lines) = run(&host, &options());
    let nic = &applied.nics[0];
    assert_eq!((nic.outcome, nic.outstanding), (Outcome::Done, Some(Outstanding::Reset)));
    assert_eq!((running(&host), staged(&host)), (Some(8), Some(16)));
    assert_eq!(vfs(&host), ["4", "2"]);
    assert_eq!(changes(&lines).len(), 1, "only the ledger: {lines:?}");
    // The values are there already: the second run does the rest.
    let (applied, _) = run(&host, &resetting());
    assert_eq!((applied.outstanding(), running(&host)), (None, Some(16)));
    assert_eq!(host.read_file(&Ledger::path()).unwrap(), None, "{applied:?}");
}

#[test]
fn a_plan_without_a_reset_gets_none() {
    let host = machine("", "");
    let ways = SimWays(Recorder::new(host.clone()));
    let plan = plan([planned(NicAction::Reboot)]);
    let applied = apply_through(&plan, &Access::new(&host), &resetting(), &nobody, &ways);
    assert_eq!((applied.outstanding(), running(&host)), (Some(Outstanding::Reboot), Some(8)));
    assert_eq!(vfs(&host), ["4", "2"]);
}

#[test]
fn a_vf_in_use_is_found_before_anything_is_written() {
    let held = "holders: [{ pid: 77, comm: perftest, pf: 0000:3b:00.1, vf: 1, holds: uverbs }]";
    for host in [machine(held, ""), machine("defaultRoute: { pf: 0000:3b:00.1 }", "")] {
        let (applied, lines) = run(&host, &resetting());
        let nic = &applied.nics[0];
        let Some(error @ NicError::Guarded(_)) = &nic.error else { panic!("{applied:?}") };
        assert_eq!((nic.outcome, error.code()), (Outcome::NotRun, "SRIOV-M045"));
        assert!(error.is_guarded() && error.to_string().contains("0000:3b:00.1"), "{error}");
        assert_eq!(changes(&lines), [""; 0]);
        assert_eq!((staged(&host), vfs(&host)), (Some(8), ["4".to_owned(), "2".to_owned()]));
        assert!(applied.reboot_reasons.is_empty());
    }
}

#[test]
fn a_guard_is_overridden_by_its_name() {
    let host = machine("defaultRoute: { pf: 0000:3b:00.1 }", "");
    let options = FirmwareOptions { allow: [Guard::DefaultRoute].into(), ..resetting() };
    let (applied, _) = run(&host, &options);
    assert_eq!((applied.outstanding(), running(&host)), (None, Some(16)), "{applied:?}");
}

#[test]
fn a_vf_that_cannot_be_removed_keeps_the_card_from_its_reset() {
    let host = machine("", "");
    let busy = FaultSpec::new(Call::Write, "*3b:00.0/sriov_numvfs", 1, Errno::BUSY);
    let recorder = Recorder::new(Faulty::new(host.clone()).failing(busy));
    let applied = through(&recorder, &host, &resetting());
    let nic = &applied.nics[0];
    let Some(error @ NicError::VfsNotRemoved { pf, .. }) = &nic.error else {
        panic!("{applied:?}")
    };
    assert_eq!((*pf, error.code()), (address("0000:3b:00.0"), "SRIOV-M047"));
    assert_eq!(vfs(&host), ["4", "2"], "the other port is left alone");
    assert!(!recorder.lines().iter().any(|line| line.contains("mstfwreset")));
    assert_eq!((staged(&host), running(&host)), (Some(16), Some(8)));
    assert_eq!((nic.outstanding, applied.reboot_reasons.len()), (Some(Outstanding::Reboot), 1));
}

#[test]
fn a_reset_that_fails_is_a_warning_and_leaves_a_restart() {
    let host = machine("", ", resetFails: true");
    let (applied, _) = run(&host, &resetting());
    let nic = &applied.nics[0];
    assert_eq!((nic.outcome, &nic.error.is_none()), (Outcome::Done, &true), "{applied:?}");
    assert_eq!((nic.action, nic.outstanding), (NicAction::Reboot, Some(Outstanding::Reboot)));
    assert!(nic.warnings[0].starts_with("the reset failed: "), "{applied:?}");
    assert!(nic.warnings[0].contains("Firmware reset failed"), "{applied:?}");
    assert!(nic.warnings[1].contains("6 VFs were removed"), "{applied:?}");
    assert!(applied.is_complete());
    assert_eq!(applied.reboot_reasons.len(), 1);
    host.reboot();
    assert_eq!(running(&host), Some(16));
}

#[test]
fn a_failed_reset_of_a_card_that_no_restart_loads_leaves_a_power_cycle() {
    let host = machine("", ", resetFails: true, needsPowerCycle: true");
    let (applied, _) = run(&host, &resetting());
    assert_eq!(applied.outstanding(), Some(Outstanding::PowerCycle), "{applied:?}");
    assert_eq!(applied.reboot_reasons.len(), 1);
}

#[test]
fn a_reset_needs_no_help_of_the_closing_line() {
    let host = machine("", ", needsPowerCycle: true");
    let (applied, _) = run(&host, &resetting());
    assert_eq!((applied.outstanding(), running(&host)), (None, Some(16)), "{applied:?}");
    let host = machine("", ", needsPowerCycle: true");
    let (applied, _) = run(&host, &options());
    assert_eq!(applied.outstanding(), Some(Outstanding::Reset), "{applied:?}");
}

#[test]
fn without_the_tool_nobody_is_disturbed() {
    let host = machine("", "");
    host.remove_file(&HostPath::new("usr/bin/mstfwreset")).unwrap();
    let (applied, _) = run(&host, &resetting());
    let nic = &applied.nics[0];
    assert_eq!(vfs(&host), ["4", "2"]);
    assert!(nic.warnings[0].contains("mstfwreset is not installed"), "{applied:?}");
    assert_eq!((nic.outstanding, nic.removed_vfs), (Some(Outstanding::Reboot), 0));
}

#[test]
fn a_reset_that_does_not_load_the_values_leaves_a_restart() {
    let host = machine("", "");
    for pci in ["0000:3b:00.0", "0000:3b:00.1"] {
        let numvfs = HostPath::pci(address(pci)).join("sriov_numvfs");
        host.write(&numvfs, "0", Duration::from_mins(1)).unwrap();
    }
    host.advance(Duration::from_secs(10));
    // The tool says that it did, and nothing happens.
    let recorder = Recorder::new(DryRun::new(host.clone()));
    let applied = through(&recorder, &host, &resetting());
    let nic = &applied.nics[0];
    assert!(nic.warnings.iter().any(|words| words.contains("did not load")), "{applied:?}");
    assert_eq!(nic.outstanding, Some(Outstanding::Reboot));
}
