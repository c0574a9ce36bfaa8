//! Looking back: what differs, which boots did not help, and what may be forgotten.

use sriov_host::boot::Ledger;
use sriov_host::decorate::Recorder;
use sriov_host::plan::BlockerKind;
use sriov_host::seam::{Files, Host};
use sriov_mlx::Access;
use sriov_mlx::apply::{Bookkeeping, FirmwareVerification, verify};
use sriov_mlx::param::Value;
use sriov_mlx::plan::NicAction;

use crate::fake::{A, FakeCard, Fakes, apply, host, nic, options, plan};

fn look(
    host: &dyn Host,
    fakes: &Fakes,
    action: NicAction,
    books: Bookkeeping,
) -> FirmwareVerification {
    let mut nic = nic(A, fakes.card(A), 16, action);
    if action == NicAction::None {
        nic.reasons.clear();
    }
    verify(plan([nic]), &Access::new(host), &options(), books)
}

fn ask(host: &dyn Host, fakes: &Fakes) {
    let applied = apply(&plan([nic(A, fakes.card(A), 16, NicAction::Reboot)]), host, fakes);
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
}

#[test]
fn what_differs_is_what_the_plan_is_about() {
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let found = look(&host(""), &fakes, NicAction::Reboot, Bookkeeping::Keep);
    assert!(!found.in_sync());
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!(difference.to_string(), "firmware of card MT2101X00001: NUM_OF_VFS is 8, wanted 16");
    assert!(look(&host(""), &fakes, NicAction::None, Bookkeeping::Keep).in_sync());
}

#[test]
fn a_boot_that_did_not_help_is_counted_once() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    ask(&host, &fakes);
    let attempts = |found: &FirmwareVerification| found.attempts[0].record.attempts;
    let see = || look(&host, &fakes, NicAction::Reboot, Bookkeeping::Keep);
    assert_eq!((attempts(&see()), attempts(&see())), (1, 1), "the boot of the write");
    host.reboot();
    assert_eq!((attempts(&see()), attempts(&see())), (2, 2));
    ask(&host, &fakes);
    assert_eq!(attempts(&see()), 2);
    host.reboot();
    let found = see();
    assert_eq!((attempts(&found), found.obstacles.len()), (3, 0), "{found:?}");
    host.reboot();
    let found = see();
    let [obstacle] = found.obstacles.as_slice() else { panic!("{found:?}") };
    assert_eq!((&obstacle.kind, obstacle.code), (&BlockerKind::Failed, "SRIOV-M048"));
    assert!(obstacle.message.starts_with("3 restarts did not load SRIOV_EN=True NUM_OF_VFS=16"));
    assert_eq!(attempts(&found), 3);
}

#[test]
fn looking_only_writes_nothing() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    ask(&host, &fakes);
    host.reboot();
    let before = host.read_file(&Ledger::path()).unwrap();
    let recorder = Recorder::new(host.clone());
    let found = look(&recorder, &fakes, NicAction::Reboot, Bookkeeping::LookOnly);
    assert_eq!(found.attempts[0].record.attempts, 1);
    fakes.card(A).load();
    let cured = look(&recorder, &fakes, NicAction::None, Bookkeeping::LookOnly);
    assert!(cured.in_sync());
    assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
    assert_eq!(host.read_file(&Ledger::path()).unwrap(), before);
}

#[test]
fn what_runs_as_wanted_is_forgotten() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    ask(&host, &fakes);
    fakes.card(A).load();
    host.reboot();
    let found = look(&host, &fakes, NicAction::None, Bookkeeping::Keep);
    assert!(found.in_sync() && found.attempts.is_empty(), "{found:?}");
    assert_eq!(Ledger::load(&host).unwrap().records().count(), 0);
}

#[test]
fn a_boot_that_nobody_asked_for_is_not_counted() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 16));
    let found = look(&host, &fakes, NicAction::Reboot, Bookkeeping::Keep);
    assert!(found.attempts.is_empty() && found.obstacles.is_empty(), "{found:?}");
    assert_eq!(Ledger::load(&host).unwrap().records().count(), 0);
}

#[test]
fn values_that_were_lost_are_not_counted_as_staged() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    ask(&host, &fakes);
    host.reboot();
    fakes.card(A).put("NUM_OF_VFS", Value::Number(8), Value::Number(8));
    let found = look(&host, &fakes, NicAction::Reboot, Bookkeeping::Keep);
    assert_eq!(found.attempts[0].record.attempts, 1, "{found:?}");
}

#[test]
fn a_damaged_ledger_is_told_where_a_restart_is_needed() {
    let host = host("");
    host.write_file(&Ledger::path(), b"garbage").unwrap();
    let fakes = Fakes::one(FakeCard::new(8, 16));
    let found = look(&host, &fakes, NicAction::Reboot, Bookkeeping::Keep);
    assert_eq!(found.ledger_error.unwrap().code(), "SRIOV-M049");
    let found = look(&host, &fakes, NicAction::None, Bookkeeping::Keep);
    assert!(found.ledger_error.is_none() && found.in_sync());
}

#[test]
fn the_plan_stands_beside_the_verdict() {
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let found = look(&host(""), &fakes, NicAction::Reboot, Bookkeeping::LookOnly);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["inSync"], false);
    assert_eq!(json["differences"][0]["wanted"], "16");
    assert_eq!(json["nodeAction"], "reboot");
    assert_eq!(json["nics"][0]["set"]["NUM_OF_VFS"], 16);
}
