//! One write, what is looked at before it, and what is believed behind it.

use sriov_host::decorate::Recorder;
use sriov_host::plan::{Outcome, chain};
use sriov_host::seam::{Files, HostPath};
use sriov_mlx::apply::{NicError, Outstanding};
use sriov_mlx::output::Closing;
use sriov_mlx::param::{LinkSetting, Setting, Value};
use sriov_mlx::plan::NicAction;

use crate::fake::{A, B, FakeCard, Fakes, apply, grow, host, nic, plan, switch};

const READ: &str = "query SRIOV_EN NUM_OF_VFS";

#[test]
fn a_card_is_looked_at_written_once_and_read_back() {
    let (applied, fakes, _host) = grow(FakeCard::new(0, 0), 10);
    assert_eq!(fakes.card(A).calls(), [READ, "set SRIOV_EN=True NUM_OF_VFS=10", READ]);
    assert_eq!(applied.nics[0].outcome, Outcome::Done);
    assert_eq!(applied.nics[0].closing, Some(Closing::Reboot));
    assert_eq!(applied.outstanding(), Some(Outstanding::Reboot));
    assert!(applied.is_complete());
}

#[test]
fn only_what_differs_is_written() {
    let (_, fakes, _host) = grow(FakeCard::new(8, 8), 16);
    let calls = fakes.card(A).calls();
    let read = "query NUM_OF_VFS SRIOV_EN";
    assert_eq!(calls, [read, "set NUM_OF_VFS=16", read]);
}

#[test]
fn a_card_that_needs_nothing_costs_no_call() {
    let host = Recorder::new(host(""));
    let fake = FakeCard::new(8, 8);
    let plan = plan([nic(A, &fake, 8, NicAction::None)]);
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host, &fakes);
    assert_eq!(applied.nics[0].outcome, Outcome::Skipped);
    assert_eq!(fakes.card(A).calls(), [""; 0]);
    assert_eq!(host.mutations(), 0);
    assert!(applied.is_complete() && applied.outstanding().is_none());
}

#[test]
fn a_blocked_card_is_left_alone() {
    let fake = FakeCard::new(0, 0);
    let plan = plan([nic(A, &fake, 8, NicAction::Blocked)]);
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host(""), &fakes);
    assert_eq!(applied.nics[0].outcome, Outcome::NotRun);
    assert_eq!(fakes.card(A).calls(), [""; 0]);
    assert_eq!(applied.blocked().count(), 1);
}

#[test]
fn a_value_that_changed_since_the_plan_is_not_overwritten() {
    let fake = FakeCard::new(4, 4);
    let plan = plan([nic(A, &fake, 16, NicAction::Reboot)]);
    fake.put("NUM_OF_VFS", Value::Number(4), Value::Number(12));
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host(""), &fakes);
    let Some(error @ NicError::Stale { .. }) = &applied.nics[0].error else {
        panic!("{applied:?}")
    };
    assert_eq!(
        error.to_string(),
        "the card has changed since it was planned: NUM_OF_VFS was 4, and is 12 now"
    );
    assert_eq!(fakes.card(A).calls().len(), 1, "{:?}", fakes.card(A).calls());
    assert!(applied.reboot_reasons.is_empty() && applied.outstanding().is_none());
}

#[test]
fn what_the_plan_builds_upon_has_to_be_there_still() {
    let fake = FakeCard::new(4, 4);
    let plan = plan([nic(A, &fake, 16, NicAction::Reboot)]);
    fake.put("SRIOV_EN", switch(true), switch(false));
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host(""), &fakes);
    let Some(NicError::Stale { param, .. }) = &applied.nics[0].error else { panic!("{applied:?}") };
    assert_eq!(*param, "SRIOV_EN");
}

#[test]
fn what_somebody_else_wrote_for_us_is_not_written_again() {
    let fake = FakeCard::new(4, 4);
    let plan = plan([nic(A, &fake, 16, NicAction::Reboot)]);
    fake.put("NUM_OF_VFS", Value::Number(4), Value::Number(16));
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host(""), &fakes);
    assert_eq!(applied.nics[0].outcome, Outcome::Skipped);
    assert_eq!(fakes.card(A).calls().len(), 1);
    assert_eq!(applied.reboot_reasons.len(), 1, "{applied:?}");
}

#[test]
fn of_a_write_that_somebody_else_half_made_the_rest_is_written() {
    let fake = FakeCard::new(0, 0);
    let plan = plan([nic(A, &fake, 16, NicAction::Reboot)]);
    fake.put("SRIOV_EN", switch(false), switch(true));
    let fakes = Fakes::one(fake);
    let applied = apply(&plan, &host(""), &fakes);
    assert!(applied.is_complete(), "{applied:?}");
    assert_eq!(fakes.card(A).calls()[1], "set NUM_OF_VFS=16");
}

#[test]
fn one_way_may_call_a_value_otherwise_than_another_one() {
    let fake = FakeCard::new(0, 0);
    let plan = plan([nic(A, &fake, 16, NicAction::Reboot)]);
    fake.put("SRIOV_EN", Value::Number(0), Value::Number(0));
    let applied = apply(&plan, &host(""), &Fakes::one(fake));
    assert!(applied.is_complete(), "{applied:?}");
}

#[test]
fn a_value_that_does_not_stick_is_an_error_with_both_values_and_the_answer() {
    let (applied, fakes, _host) =
        grow(FakeCard::new(8, 8).with(|it| it.drops = vec!["NUM_OF_VFS"]), 16);
    let Some(error @ NicError::DidNotStick { .. }) = &applied.nics[0].error else {
        panic!("{applied:?}")
    };
    assert_eq!(
        error.to_string(),
        "NUM_OF_VFS=16 was accepted, but the card has 8 (the tool asks for a restart to load it)"
    );
    assert_eq!(error.code(), "SRIOV-M041");
    assert!(applied.reboot_reasons.is_empty() && applied.outstanding().is_none(), "{applied:?}");
    assert_eq!(fakes.card(A).calls().len(), 3);
}

#[test]
fn of_a_half_written_set_it_is_told_which_half() {
    let (applied, _, _host) = grow(FakeCard::new(0, 0).with(|it| it.dies_after = Some(1)), 16);
    let Some(error @ NicError::NotWritten { .. }) = &applied.nics[0].error else {
        panic!("{applied:?}")
    };
    assert_eq!(
        chain(error),
        "NUM_OF_VFS=16 was not written, the card has 0; in place is SRIOV_EN=True: \
         cannot write the firmware of card MT2101X00001: register access failed"
    );
    assert_eq!(error.code(), "SRIOV-M042");
    assert!(applied.reboot_reasons.is_empty() && applied.outstanding().is_none());
}

#[test]
fn a_failure_that_wrote_nothing_keeps_the_code_of_its_cause() {
    let (applied, _, _host) = grow(FakeCard::new(0, 0).with(|it| it.dies_after = Some(0)), 16);
    let error = applied.nics[0].error.as_ref().unwrap();
    assert_eq!(error.code(), "SRIOV-M007", "{error}");
    assert!(error.to_string().starts_with("SRIOV_EN=True was not written"), "{error}");
}

#[test]
fn a_failure_behind_the_last_value_is_a_warning() {
    let (applied, _, _host) = grow(FakeCard::new(0, 0).with(|it| it.dies_after = Some(2)), 16);
    let nic = &applied.nics[0];
    assert_eq!((nic.outcome, nic.warnings.len()), (Outcome::Done, 1), "{applied:?}");
    assert!(nic.warnings[0].contains("register access failed"), "{applied:?}");
    assert_eq!(applied.reboot_reasons.len(), 1);
}

#[test]
fn what_cannot_be_read_back_asks_for_nothing() {
    let (applied, fakes, _host) = grow(FakeCard::new(0, 0).with(|it| it.silent_at = Some(2)), 16);
    let error = applied.nics[0].error.as_ref().unwrap();
    assert_eq!(error.code(), "SRIOV-M043", "{error}");
    assert!(applied.reboot_reasons.is_empty() && applied.outstanding().is_none());
    assert_eq!(fakes.card(A).next("NUM_OF_VFS"), Some(16));
    let both = FakeCard::new(0, 0).with(|it| (it.silent_at, it.dies_after) = (Some(2), Some(1)));
    let (applied, ..) = grow(both, 16);
    let error = applied.nics[0].error.as_ref().unwrap();
    assert!(chain(error).contains("register access failed"), "{error}");
    assert!(chain(error).contains("busy"), "{error}");
}

#[test]
fn a_card_that_cannot_be_read_is_not_written() {
    let (applied, fakes, _host) = grow(FakeCard::new(0, 0).with(|it| it.silent_at = Some(1)), 16);
    assert_eq!(applied.nics[0].outcome, Outcome::Failed);
    assert_eq!(fakes.card(A).calls().len(), 1);
}

#[test]
fn firmware_that_rounds_up_has_given_at_least_what_was_asked() {
    let round = |or_more| {
        let host = host("");
        let fake = FakeCard::new(8, 8).with(|it| it.rounds_to = Some(16));
        let mut nic = nic(A, &fake, 10, NicAction::Reboot);
        nic.or_more = or_more;
        apply(&plan([nic]), &host, &Fakes::one(fake))
    };
    assert!(round(true).is_complete());
    let exactly = round(false);
    let error = exactly.nics[0].error.as_ref().unwrap();
    assert!(
        error.to_string().contains("NUM_OF_VFS=10 was accepted, but the card has 16"),
        "{error}"
    );
}

#[test]
fn the_closing_line_decides_what_it_takes() {
    for (closing, action, warnings) in [
        (Closing::Reboot, NicAction::Reboot, 0),
        (Closing::Silent, NicAction::Reboot, 0),
        (Closing::PowerCycle, NicAction::PowerCycle, 1),
        (Closing::NothingArmed, NicAction::PowerCycle, 1),
    ] {
        let (applied, _, _host) =
            grow(FakeCard::new(0, 0).with(|it| it.closing = Some(closing)), 8);
        let nic = &applied.nics[0];
        assert_eq!(
            (nic.action, nic.warnings.len()),
            (action, warnings),
            "{closing:?}: {applied:?}"
        );
        assert_eq!(applied.node_action(), action);
        assert_eq!(applied.reboot_reasons.len(), 1);
    }
}

#[test]
fn what_only_the_next_boot_needs_leaves_nothing_outstanding() {
    let host = host("");
    let fake = FakeCard::new(8, 0).with(|it| it.closing = Some(Closing::PowerCycle));
    let plan = plan([nic(A, &fake, 8, NicAction::WriteOnly)]);
    let applied = apply(&plan, &host, &Fakes::one(fake));
    let nic = &applied.nics[0];
    assert_eq!((nic.outcome, nic.action), (Outcome::Done, NicAction::WriteOnly));
    assert_eq!((applied.outstanding(), applied.reboot_reasons.len()), (None, 0));
}

#[test]
fn a_link_type_goes_with_the_same_write() {
    let host = host("");
    let fake = FakeCard::new(0, 0);
    let ib = Value::Named { text: "IB".to_owned(), value: 1 };
    fake.put("LINK_TYPE_P1", ib.clone(), ib);
    let mut nic = nic(A, &fake, 10, NicAction::Reboot);
    for settings in [&mut nic.set, &mut nic.wanted] {
        settings.push("LINK_TYPE_P1".parse().unwrap(), Setting::Link(LinkSetting::Eth));
    }
    let fakes = Fakes::one(fake);
    let applied = apply(&plan([nic]), &host, &fakes);
    assert!(applied.is_complete(), "{applied:?}");
    assert_eq!(fakes.card(A).calls()[1], "set SRIOV_EN=True NUM_OF_VFS=10 LINK_TYPE_P1=ETH");
}

#[test]
fn a_card_that_fails_leaves_the_others_done() {
    for workers in [1, 8] {
        let host = host("");
        let broken = FakeCard::new(0, 0).with(|it| it.dies_after = Some(1));
        let sound = FakeCard::new(0, 0);
        let nics = [nic(A, &broken, 8, NicAction::Reboot), nic(B, &sound, 8, NicAction::Reboot)];
        let fakes = Fakes([(A, broken), (B, sound)].into());
        let options = sriov_mlx::apply::FirmwareOptions { workers, ..crate::fake::options() };
        let access = sriov_mlx::Access::new(&host);
        let applied = sriov_mlx::apply::apply_through(
            &plan(nics),
            &access,
            &options,
            &sriov_mlx::nobody,
            &fakes,
        );
        let outcomes: Vec<_> = applied.nics.iter().map(|nic| nic.outcome).collect();
        assert_eq!(outcomes, [Outcome::Failed, Outcome::Done]);
        assert_eq!(fakes.card(B).next("NUM_OF_VFS"), Some(8));
        assert_eq!(applied.reboot_reasons.len(), 1);
        assert_eq!(applied.reboot_reasons[0].subject, format!("firmware of card {B}"));
    }
}

#[test]
fn a_card_without_a_way_to_it_is_an_error_of_that_card() {
    let host = host("");
    let fake = FakeCard::new(0, 0);
    let plan = plan([nic(A, &fake, 8, NicAction::Reboot)]);
    let applied = apply(&plan, &host, &Fakes::default());
    assert_eq!(applied.nics[0].error.as_ref().unwrap().code(), "SRIOV-M001");
}

#[test]
fn a_lock_of_somebody_else_keeps_us_from_the_card() {
    let host = host("");
    let fake = FakeCard::new(0, 0);
    let plan = plan([nic(A, &fake, 8, NicAction::Reboot)]);
    let fakes = Fakes::one(fake);
    let path = HostPath::new(format!("run/sriov/mlx-{A}.lock"));
    let _held = host.lock(&path, "node-agent (pid 7)").unwrap();
    let applied = apply(&plan, &host, &fakes);
    let nic = &applied.nics[0];
    assert_eq!(nic.outcome, Outcome::NotRun);
    let error = nic.error.as_ref().unwrap();
    assert!(error.is_locked() && chain(error).contains("node-agent (pid 7)"), "{error}");
    assert_eq!(fakes.card(A).calls(), [""; 0]);
}
