use std::time::Duration;

use sriov_host::decorate::Recorder;
use sriov_host::seam::{Availability, Clock, RdmaChange};
use sriov_host::{Errno, NetnsMode};
use sriov_rdma::codes;
use sriov_rdma::netns_mode::{HolderKind, Lacks, SetError, SetOptions, SetOutcome, set};

use crate::fake::{Answer, Fake};

const EXCLUSIVE: NetnsMode = NetnsMode::Exclusive;

fn to_exclusive(fake: &Fake) -> Result<SetOutcome, SetError> {
    set(fake, fake, EXCLUSIVE, SetOptions::default())
}

/// The time since the fake was made.
fn spent(fake: &Fake) -> Duration {
    fake.now().saturating_sub(Duration::from_mins(1))
}

/// How often the kernel was asked for the mode.
fn tries(fake: &Fake) -> usize {
    let state = fake.open();
    assert!(state.changes.iter().all(|change| *change == RdmaChange::NetnsMode(EXCLUSIVE)));
    state.changes.len()
}

#[test]
fn an_equal_mode_is_not_set() {
    let host = Recorder::new(Fake::exclusive());
    let outcome = set(&host, &host, EXCLUSIVE, SetOptions::default()).unwrap();
    assert_eq!(outcome, SetOutcome::Unchanged);
    assert_eq!(host.mutations(), 0, "{:?}", host.lines());
}

#[test]
fn a_change_is_one_request() {
    let host = Recorder::new(Fake::new());
    let outcome = set(&host, &host, EXCLUSIVE, SetOptions::default()).unwrap();
    assert_eq!(outcome, SetOutcome::Changed);
    assert_eq!(host.mutations(), 1, "{:?}", host.lines());
    assert_eq!(host.host().mode(), Some(EXCLUSIVE));
}

#[test]
fn without_subsystem_or_setting_nothing_is_sent() {
    for (settings, code) in [
        (Availability::NotLoaded, codes::SUBSYSTEM_NOT_LOADED),
        (Availability::Unsupported, codes::MODE_UNSUPPORTED),
        (Availability::Available(None), codes::MODE_UNSUPPORTED),
    ] {
        let fake = Fake::new();
        fake.open().settings = settings;
        assert_eq!(to_exclusive(&fake).unwrap_err().code(), code.id);
        assert_eq!(tries(&fake), 0);
    }
}

#[test]
fn a_live_holder_ends_the_tries_at_once() {
    let fake = Fake::new();
    fake.open().busy_until = Duration::MAX;
    fake.process(4711, "pause", "net:[4026532200]");
    let error = to_exclusive(&fake).unwrap_err();
    let SetError::Busy { seen, .. } = &error else { panic!("{error:?}") };
    assert_eq!(seen.holders.len(), 1);
    assert_eq!(seen.holders[0].kind, HolderKind::Process);
    assert!(error.to_string().contains("pause, pid 4711"), "{error}");
    assert_eq!(error.code(), codes::MODE_BUSY.id);
    assert_eq!((tries(&fake), spent(&fake)), (1, Duration::ZERO));
}

#[test]
fn a_namespace_that_is_going_is_waited_for() {
    let fake = Fake::new();
    fake.open().busy_until = Duration::from_millis(60_850);
    assert_eq!(to_exclusive(&fake).unwrap(), SetOutcome::Changed);
    let spent = spent(&fake);
    assert!(spent >= Duration::from_millis(850) && spent < Duration::from_secs(1), "{spent:?}");
}

#[test]
fn the_wait_is_bounded_and_ends_with_an_honest_answer() {
    let fake = Fake::new();
    fake.open().busy_until = Duration::MAX;
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(&error, SetError::Busy { seen, .. } if seen.holders.is_empty()));
    assert!(error.to_string().contains("only a socket or an unseen process"), "{error}");
    assert_eq!(spent(&fake), SetOptions::default().patience);
    assert!((2..=30).contains(&tries(&fake)), "{}", tries(&fake));

    let fake = Fake::new();
    fake.open().busy_until = Duration::MAX;
    let impatient = SetOptions { patience: Duration::ZERO, ..SetOptions::default() };
    set(&fake, &fake, EXCLUSIVE, impatient).unwrap_err();
    assert_eq!(tries(&fake), 1);
}

#[test]
fn hidden_processes_are_told_of() {
    let fake = Fake::new();
    fake.open().busy_until = Duration::MAX;
    fake.process(20, "agent", "net:[1]");
    fake.fails("proc/20/ns/net", Errno::ACCES);
    let error = to_exclusive(&fake).unwrap_err();
    assert!(error.to_string().contains("1 processes could not be looked into"), "{error}");
}

#[test]
fn busy_without_proc_is_not_an_empty_list() {
    let fake = Fake::new();
    fake.open().busy_until = Duration::MAX;
    fake.fails("proc", Errno::IO);
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(error, SetError::BusyUnexplained { .. }), "{error:?}");
    assert_eq!(error.code(), codes::MODE_BUSY.id);
}

#[test]
fn who_may_not_is_told_what_is_missing() {
    let fake = Fake::new();
    fake.answer(Answer::refusing(Errno::PERM));
    fake.file("proc/self/status", "CapEff:\t00000000a80425fb\n");
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(error, SetError::NotPermitted { lacks: Lacks::Capability, .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("CAP_NET_ADMIN") && text.contains("initial user namespace"), "{text}");
    assert_eq!((error.code(), tries(&fake)), (codes::MODE_NOT_PERMITTED.id, 1));
}

#[test]
fn an_error_that_came_too_late_is_read_back() {
    let fake = Fake::new();
    fake.answer(Answer { errno: Some(Errno::NOMEM), does_it: true });
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(error, SetError::Incomplete { mode: EXCLUSIVE, .. }), "{error:?}");

    let fake = Fake::new();
    fake.answer(Answer::refusing(Errno::NOMEM));
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(error, SetError::Refused { .. }), "{error:?}");
}

#[test]
fn somebody_who_was_faster_is_no_failure() {
    let fake = Fake::new();
    fake.answer(Answer { errno: Some(Errno::BUSY), does_it: true });
    assert_eq!(to_exclusive(&fake).unwrap(), SetOutcome::Changed);
}

#[test]
fn a_change_that_does_not_hold_is_told() {
    let fake = Fake::new();
    fake.answer(Answer { errno: None, does_it: false });
    let error = to_exclusive(&fake).unwrap_err();
    assert!(
        matches!(error, SetError::DidNotStick { wanted: EXCLUSIVE, found: NetnsMode::Shared }),
        "{error:?}"
    );
}

#[test]
fn a_kernel_that_does_not_answer_is_not_asked_twice() {
    let fake = Fake::new();
    fake.open().never_answers = true;
    let error = to_exclusive(&fake).unwrap_err();
    assert!(matches!(error, SetError::StillRunning { .. }), "{error:?}");
    assert_eq!(tries(&fake), 1);
}
