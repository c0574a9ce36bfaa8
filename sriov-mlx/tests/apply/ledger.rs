//! Restarts are remembered before they are asked for, and counted.

use sriov_host::Errno;
use sriov_host::boot::{Ledger, RebootRecord};
use sriov_host::decorate::{Call, FaultSpec, Faulty, Recorder};
use sriov_host::plan::Outcome;
use sriov_host::seam::{Files, Host};
use sriov_host::sim::SimHost;
use sriov_mlx::apply::{FirmwareApplied, NicError, Outstanding};
use sriov_mlx::output::Closing;
use sriov_mlx::param::Value;
use sriov_mlx::plan::{FirmwarePlan, NicAction, NicPlan};

use crate::fake::{A, B, FakeCard, Fakes, apply, card, host, nic, plan};

const SUBJECT: &str = "firmware of card MT2101X00001";

fn again(host: &dyn Host, fakes: &Fakes, action: NicAction) -> FirmwareApplied {
    apply(&plan([nic(A, fakes.card(A), 16, action)]), host, fakes)
}

fn record(host: &SimHost) -> Option<RebootRecord> {
    Ledger::load(host).unwrap().record(SUBJECT).cloned()
}

#[test]
fn a_restart_is_remembered_with_what_proved_it_staged() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let applied = again(&host, &fakes, NicAction::Reboot);
    let [reason] = applied.reboot_reasons.as_slice() else { panic!("{applied:?}") };
    assert_eq!(
        (reason.subject.as_str(), reason.wanted.as_str()),
        (SUBJECT, "SRIOV_EN=True NUM_OF_VFS=16")
    );
    let record = record(&host).unwrap();
    assert_eq!(record.wanted, "SRIOV_EN=True NUM_OF_VFS=16");
    assert_eq!(record.evidence, "NUM_OF_VFS next 16 current 8 (mstconfig json)");
    assert_eq!(record.attempts, 1);
}

#[test]
fn what_waits_for_its_restart_is_said_again_and_nothing_is_written() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let first = again(&host, &fakes, NicAction::Reboot);
    let recorder = Recorder::new(host.clone());
    let second = again(&recorder, &fakes, NicAction::Reboot);
    assert_eq!(second.reboot_reasons.len(), first.reboot_reasons.len());
    assert_eq!(second.nics[0].outcome, Outcome::Skipped);
    assert_eq!(second.outstanding(), Some(Outstanding::Reboot));
    let sets = fakes.card(A).calls().iter().filter(|call| call.starts_with("set")).count();
    assert_eq!((sets, recorder.mutations()), (1, 0), "{:?}", recorder.lines());
    assert_eq!(recorder.count(Call::Lock), 1, "the card's, and not the ledger's");
}

#[test]
fn three_boots_that_did_not_help_are_a_failure_with_the_evidence() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    for _ in 0..3 {
        let applied = again(&host, &fakes, NicAction::Reboot);
        assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
        host.reboot();
    }
    for _ in 0..2 {
        let applied = again(&host, &fakes, NicAction::Reboot);
        assert!(applied.reboot_reasons.is_empty() && applied.outstanding().is_none());
        let nic = &applied.nics[0];
        let Some(error @ NicError::DidNotLoad(_)) = &nic.error else { panic!("{applied:?}") };
        assert_eq!(
            error.to_string(),
            "3 restarts did not load SRIOV_EN=True NUM_OF_VFS=16: \
             NUM_OF_VFS next 16 current 8 (mstconfig json)"
        );
        assert_eq!((nic.outcome, error.code()), (Outcome::Failed, "SRIOV-M048"));
        host.reboot();
    }
}

#[test]
fn a_restart_that_helped_is_forgotten() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let _ = again(&host, &fakes, NicAction::Reboot);
    fakes.card(A).load();
    host.reboot();
    let recorder = Recorder::new(host.clone());
    let applied = again(&recorder, &fakes, NicAction::None);
    assert!(applied.is_complete());
    assert_eq!(record(&host), None);
    recorder.clear();
    let _ = again(&recorder, &fakes, NicAction::None);
    assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
}

#[test]
fn a_card_that_nothing_is_wanted_of_forgets_nothing() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let _ = again(&host, &fakes, NicAction::Reboot);
    let idle = NicPlan::nothing(card(A));
    let applied = apply(&plan([idle]), &host, &fakes);
    assert!(applied.is_complete() && record(&host).is_some());
}

#[test]
fn values_that_were_loaded_since_the_plan_need_no_restart() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(8, 16));
    let planned = plan([nic(A, fakes.card(A), 16, NicAction::Reboot)]);
    fakes.card(A).load();
    let applied = apply(&planned, &host, &fakes);
    assert!(applied.is_complete() && applied.reboot_reasons.is_empty(), "{applied:?}");
    assert_eq!(record(&host), None);
}

#[test]
fn an_unusable_ledger_asks_for_no_restart() {
    let damaged = host("");
    damaged.write_file(&Ledger::path(), b"garbage").unwrap();
    let read_only = FaultSpec::new(Call::WriteFile, "*/reboots.json", 1, Errno::ROFS);
    let blind = FaultSpec::new(Call::Read, "*/boot_id", 1, Errno::IO);
    let hosts: [Box<dyn Host>; 3] = [
        Box::new(damaged),
        Box::new(Faulty::new(host("")).failing(read_only)),
        Box::new(Faulty::new(host("")).failing(blind)),
    ];
    for host in hosts {
        let fakes = Fakes::one(FakeCard::new(8, 8));
        let applied = again(&*host, &fakes, NicAction::Reboot);
        assert!(
            applied.reboot_reasons.is_empty() && applied.outstanding().is_none(),
            "{applied:?}"
        );
        assert_eq!(applied.ledger_error.as_ref().unwrap().code(), "SRIOV-M049");
        assert!(!applied.is_complete());
        assert_eq!(fakes.card(A).next("NUM_OF_VFS"), Some(16), "the write itself is good");
    }
}

#[test]
fn a_damaged_ledger_matters_only_where_a_restart_would_be_asked_for() {
    let host = host("");
    host.write_file(&Ledger::path(), b"garbage").unwrap();
    let applied = again(&host, &Fakes::one(FakeCard::new(16, 16)), NicAction::None);
    assert!(applied.is_complete(), "{applied:?}");
    assert_eq!(host.read_file(&Ledger::path()).unwrap().unwrap(), b"garbage");
}

#[test]
fn the_ledger_of_others_is_waited_for() {
    let host = host("");
    let held = host.lock(&Ledger::lock_path(), "somebody").unwrap();
    let fakes = Fakes::one(FakeCard::new(8, 8));
    let applied = again(&host, &fakes, NicAction::Reboot);
    assert!(applied.ledger_error.is_some() && applied.reboot_reasons.is_empty(), "{applied:?}");
    drop(held);
    let applied = again(&host, &fakes, NicAction::Reboot);
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
}

#[test]
fn that_only_a_power_cycle_helps_is_remembered() {
    let host = host("");
    let power = FakeCard::new(8, 8).with(|it| it.closing = Some(Closing::PowerCycle));
    let fakes = Fakes::one(power);
    for _ in 0..2 {
        let first = again(&host, &fakes, NicAction::Reboot);
        assert_eq!(first.outstanding(), Some(Outstanding::PowerCycle), "{first:?}");
        let later = again(&host, &fakes, NicAction::Reboot);
        assert_eq!(later.outstanding(), Some(Outstanding::PowerCycle), "{later:?}");
        assert_eq!(later.node_action(), NicAction::PowerCycle);
        host.reboot();
    }
    // Written anew, and this time a restart was armed.
    fakes.card(A).state().manner.closing = Some(Closing::Reboot);
    fakes.card(A).put("NUM_OF_VFS", Value::Number(8), Value::Number(8));
    let anew = again(&host, &fakes, NicAction::Reboot);
    assert_eq!(anew.outstanding(), Some(Outstanding::Reboot), "{anew:?}");
}

#[test]
fn cards_are_remembered_one_by_one() {
    let host = host("");
    let fakes = Fakes([(A, FakeCard::new(8, 8)), (B, FakeCard::new(4, 4))].into());
    let of = |a, b| -> FirmwarePlan {
        plan([nic(A, fakes.card(A), 16, a), nic(B, fakes.card(B), 16, b)])
    };
    let applied = apply(&of(NicAction::Reboot, NicAction::Reboot), &host, &fakes);
    assert_eq!(applied.reboot_reasons.len(), 2);
    fakes.card(B).load();
    host.reboot();
    let applied = apply(&of(NicAction::Reboot, NicAction::None), &host, &fakes);
    assert_eq!(applied.reboot_reasons.len(), 1);
    let ledger = Ledger::load(&host).unwrap();
    let records: Vec<_> = ledger.records().map(|(subject, it)| (subject, it.attempts)).collect();
    assert_eq!(records, [(SUBJECT, 2)]);
}

#[test]
fn firmware_that_cannot_tell_its_running_values_is_believed_to_run_what_sysfs_shows() {
    let host = host("");
    let fakes = Fakes::one(FakeCard::new(4, 4).with(|it| it.no_current = true));
    // The PFs of this host have room for 8.
    let applied = apply(&plan([nic(A, fakes.card(A), 8, NicAction::Reboot)]), &host, &fakes);
    assert!(applied.reboot_reasons.is_empty(), "{applied:?}");
    let applied = again(&host, &fakes, NicAction::Reboot);
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
}
