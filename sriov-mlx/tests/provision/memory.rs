//! The memory on disk, and what is not done without it.

use sriov_host::Errno;
use sriov_host::decorate::{Call, FaultSpec, Recorder};
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::CardColumn;
use sriov_mlx::provision::{
    CardOutcome, ProvisionError, ProvisionOptions, ProvisionOutcome, provision,
};
use sriov_mlx::{Access, nobody};

use super::world::{
    A, NOTHING, changes, desired, folder, host, memory, outcomes, run, try_run, vfs,
};

fn path() -> HostPath {
    HostPath::new("var/lib/sriov-mlx/state.json")
}

#[test]
fn a_memory_that_is_damaged_or_newer_ends_the_run_before_anything_is_written() {
    for text in ["", "{", "null", r#"{"version":2,"cards":[]}"#, r#"{"version":1}"#] {
        let host = host(&[A]);
        host.put_file(&path(), text.as_bytes());
        let recorder = Recorder::new(host.clone());
        let error = try_run(&recorder, &desired()).unwrap_err();
        assert_eq!(error.code(), "SRIOV-M061", "{error}");
        assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
        assert_eq!(vfs(&host, A, CardColumn::Next), Some(8));
        assert_eq!(memory(&host), text, "it is not overwritten");
    }
}

#[test]
fn what_cannot_be_remembered_is_not_asked_for() {
    for errno in [Errno::NOSPC, Errno::ROFS] {
        let host = host(&[A]);
        host.add_fault(FaultSpec::new(Call::WriteFile, "*/state.json", 1, errno));
        let error = try_run(&host, &desired()).unwrap_err();
        assert!(matches!(error, ProvisionError::State(_)), "{error}");
        // The next run finds the values staged, and asks.
        let report = run(&host, &desired());
        assert_eq!(outcomes(&report), [CardOutcome::RebootRequired]);
        assert!(report.reboot.is_some());
    }
}

#[test]
fn the_ledger_that_all_programs_share_has_to_know_as_well() {
    let host = host(&[A]);
    host.add_fault(FaultSpec::new(Call::WriteFile, "*/reboots.json", 1, Errno::NOSPC));
    let report = run(&host, &desired());
    assert_eq!((outcomes(&report), &report.reboot), (vec![CardOutcome::Failed], &None));
    assert!(!report.notes.is_empty() && memory(&host).is_empty(), "{report:?}");
    assert!(run(&host, &desired()).reboot.is_some());
}

#[test]
fn another_run_is_not_disturbed() {
    let host = host(&[A]);
    let held = host.lock(&HostPath::new("run/sriov/mlx-provision.lock"), "another run (pid 7)");
    let held = held.unwrap();
    let error = try_run(&host, &desired()).unwrap_err();
    assert!(error.is_locked(), "{error}");
    assert_eq!(vfs(&host, A, CardColumn::Next), Some(8));
    drop(held);
    assert!(run(&host, &desired()).reboot.is_some());
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_would() {
    let host = host(&[A]);
    let recorder = Recorder::new(host.clone());
    let options = ProvisionOptions { dry_run: true, ..ProvisionOptions::default() };
    let access = Access::new(&recorder);
    let report = provision(&access, &desired(), &folder(), &options, &nobody).unwrap();
    assert_eq!((report.outcome, &report.reboot), (ProvisionOutcome::Planned, &None));
    assert_eq!(outcomes(&report), [CardOutcome::Planned]);
    assert_eq!(report.cards[0].set.to_string(), "NUM_OF_VFS=16");
    assert_eq!(changes(&recorder), NOTHING);
}
