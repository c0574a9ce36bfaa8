use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sriov_host::decorate::Recorder;
use sriov_host::plan::Guard;
use sriov_host::seam::{Availability, Clock, RdmaChange};
use sriov_host::{Errno, Netns, NetnsMode, RdmaIndex};
use sriov_rdma::codes;
use sriov_rdma::moving::{MoveError, MoveOptions, Moved, move_device};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::fake::{Answer, Fake, INITIAL};

const DEADLINE: Duration = Duration::from_secs(5);

fn blue() -> Netns {
    "blue".parse().unwrap()
}

fn with_device() -> Fake {
    let fake = Fake::exclusive();
    fake.device(3, "mlx5_2");
    fake
}

fn to<'f>(fake: &'f Fake, netns: &Netns) -> Result<Moved<'f>, MoveError> {
    move_device(fake, fake, &"mlx5_2".parse().unwrap(), netns, &MoveOptions::default())
}

/// A move that fails, and leaves the device where it was.
fn fails(fake: &Fake) -> MoveError {
    let error = to(fake, &blue()).unwrap_err();
    assert!(fake.open().away.is_empty(), "{error}");
    error
}

fn is_away(fake: &Fake) -> bool {
    fake.open().away == [RdmaIndex::new(3)]
}

fn back() -> RdmaChange {
    let own = Netns::Path(PathBuf::from("/proc/thread-self/ns/net"));
    RdmaChange::Move { device: RdmaIndex::new(3), from: Some(blue()), to: own }
}

#[test]
fn a_device_goes_and_comes_back() {
    let fake = with_device();
    let moved = to(&fake, &blue()).unwrap();
    assert!(is_away(&fake));
    assert_eq!((moved.name().as_str(), moved.index().get()), ("mlx5_2", 3));
    assert_eq!(*moved.netns(), blue());
    moved.give_back(DEADLINE).unwrap();
    assert!(!is_away(&fake));
    assert_eq!(fake.open().changes.last(), Some(&back()));
    assert_eq!(fake.open().changes.len(), 2, "given back once");
}

#[test]
fn dropping_gives_back_and_leaving_does_not() {
    let fake = with_device();
    drop(to(&fake, &blue()).unwrap());
    assert!(!is_away(&fake));
    to(&fake, &blue()).unwrap().leave_it();
    assert!(is_away(&fake));
}

#[test]
fn a_panic_of_the_caller_gives_back() {
    let fake = with_device();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let _moved = to(&fake, &blue()).unwrap();
        assert!(!is_away(&fake), "the panic of this test");
    }));
    assert!(result.is_err());
    assert!(!is_away(&fake));
    assert_eq!(fake.open().changes.last(), Some(&back()));
}

#[test]
fn a_device_that_the_kernel_returned_is_not_moved_again() {
    let fake = with_device();
    let moved = to(&fake, &blue()).unwrap();
    fake.open().away.clear();
    moved.give_back(DEADLINE).unwrap();
    assert_eq!(fake.open().changes.len(), 1);
}

#[test]
fn a_device_that_stays_out_is_told_and_not_tried_again() {
    let fake = with_device();
    let moved = to(&fake, &blue()).unwrap();
    fake.answer(Answer::refusing(Errno::PERM));
    let error = moved.give_back(DEADLINE).unwrap_err();
    assert!(matches!(error, MoveError::NotPermitted { .. }), "{error:?}");
    assert!(is_away(&fake));
    assert_eq!(fake.open().changes.len(), 2);

    let moved = {
        fake.open().away.clear();
        to(&fake, &blue()).unwrap()
    };
    fake.answer(Answer { errno: None, does_it: false });
    let error = moved.give_back(DEADLINE).unwrap_err();
    assert!(matches!(error, MoveError::DidNotStick { .. }), "{error:?}");
}

/// Counts the errors in the log.
#[derive(Clone, Default)]
struct Errors(Arc<AtomicU64>);

impl Subscriber for Errors {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.0.fetch_add(u64::from(*event.metadata().level() == Level::ERROR), Ordering::Relaxed);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn a_drop_that_fails_is_logged_and_bounded() {
    let fake = with_device();
    let moved = to(&fake, &blue()).unwrap();
    fake.open().never_answers = true;
    let (errors, before) = (Errors::default(), fake.now());
    tracing::subscriber::with_default(errors.clone(), || drop(moved));
    assert_eq!(errors.0.load(Ordering::Relaxed), 1);
    assert_eq!(fake.now().saturating_sub(before), MoveOptions::default().give_back);
    assert!(is_away(&fake));
    assert_eq!(fake.open().changes.len(), 2);
}

#[test]
fn shared_mode_is_refused_before_anything_is_sent() {
    let host = Recorder::new(with_device());
    host.host().open().settings = Availability::Available(Some(NetnsMode::Shared));
    let device = "mlx5_2".parse().unwrap();
    let error = move_device(&host, &host, &device, &blue(), &MoveOptions::default()).unwrap_err();
    assert!(matches!(error, MoveError::NeedsExclusive), "{error:?}");
    assert!(error.to_string().contains("exclusive") && error.help().is_some());
    assert_eq!(host.mutations(), 0);

    let fake = with_device();
    fake.open().settings = Availability::Available(None);
    assert_eq!(fails(&fake).code(), codes::MOVE_NEEDS_EXCLUSIVE.id);
    fake.open().settings = Availability::NotLoaded;
    assert_eq!(fails(&fake).code(), codes::SUBSYSTEM_NOT_LOADED.id);
}

#[test]
fn an_unknown_device_is_not_here() {
    let fake = Fake::exclusive();
    fake.device(3, "mlx5_20");
    assert!(matches!(fails(&fake), MoveError::NotHere { .. }));
    assert!(fake.open().changes.is_empty());
}

#[test]
fn the_kernels_answers_have_their_names() {
    let cases = [
        (Errno::OPNOTSUPP, codes::MOVE_UNSUPPORTED),
        (Errno::PERM, codes::MOVE_NOT_PERMITTED),
        (Errno::NODEV, codes::DEVICE_NOT_HERE),
        (Errno::INVAL, codes::NETNS_NOT_FOUND),
        (Errno::NOENT, codes::NETNS_NOT_FOUND),
        (Errno::NOMEM, codes::MOVE_REFUSED),
    ];
    for (errno, code) in cases {
        let fake = with_device();
        fake.answer(Answer::refusing(errno));
        let error = fails(&fake);
        assert_eq!(error.code(), code.id, "{errno}: {error}");
    }
}

#[test]
fn einval_of_a_device_that_went_is_not_the_namespaces_fault() {
    let fake = with_device();
    // The kernel answers EINVAL for a number it does not know.
    fake.answer(Answer { errno: Some(Errno::INVAL), does_it: true });
    let error = to(&fake, &blue()).unwrap_err();
    assert!(matches!(error, MoveError::NotHere { .. }), "{error:?}");
}

#[test]
fn no_answer_in_time_is_told() {
    let fake = with_device();
    fake.open().never_answers = true;
    assert!(matches!(fails(&fake), MoveError::StillRunning { .. }));
    assert_eq!(fake.open().changes.len(), 1);
}

#[test]
fn a_move_that_moves_nothing_is_told() {
    let fake = with_device();
    fake.answer(Answer { errno: None, does_it: false });
    assert!(matches!(fails(&fake), MoveError::DidNotStick { .. }));
    assert_eq!(fake.open().changes.len(), 1, "what has not gone is not fetched");
}

#[test]
fn the_callers_own_namespace_is_no_target() {
    let fake = with_device();
    fake.process(500, "host-network", INITIAL);
    fake.process(501, "pod", "net:[7]");
    fake.file("proc/self/mountinfo", "1 2 0:4 net:[4026531840] /run/netns/host rw - nsfs nsfs rw");
    for own in ["500", "/proc/500/ns/net", "host"] {
        let error = to(&fake, &own.parse().unwrap()).unwrap_err();
        assert!(matches!(error, MoveError::SameNamespace { .. }), "{own}: {error:?}");
    }
    assert!(fake.open().changes.is_empty());
    for other in ["501", "/proc/501/ns/net", "blue"] {
        to(&fake, &other.parse().unwrap()).unwrap().give_back(DEADLINE).unwrap();
    }
}

#[test]
fn users_are_protected_until_their_guard_is_allowed() {
    let fake = with_device();
    fake.process(77, "perftest", INITIAL);
    fake.link("proc/77/fd/4", "/dev/infiniband/uverbs3");
    let error = fails(&fake);
    let MoveError::InUse { users, .. } = &error else { panic!("{error:?}") };
    assert!(users.iter().all(|(guard, _)| *guard == Guard::RdmaUser));
    assert!(error.to_string().contains("perftest (pid 77)"), "{error}");
    assert!(error.help().unwrap().contains("--allow rdma-user"));
    assert!(fake.open().changes.is_empty());

    let allow = BTreeSet::from([Guard::RdmaUser]);
    let options = MoveOptions { allow, ..MoveOptions::default() };
    let device = "mlx5_2".parse().unwrap();
    move_device(&fake, &fake, &device, &blue(), &options).unwrap().leave_it();
    assert!(is_away(&fake));
}

#[test]
fn processes_that_cannot_be_looked_into_may_be_users() {
    let fake = with_device();
    fake.process(78, "hidden", INITIAL);
    fake.fails("proc/78/fd/0", Errno::ACCES);
    let error = fails(&fake);
    assert!(matches!(error, MoveError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains("could not be looked into"), "{error}");
}

#[test]
fn without_an_answer_about_users_nothing_is_moved() {
    let fake = with_device();
    fake.open().usage.clear();
    assert!(matches!(fails(&fake), MoveError::Users(_)));
    assert!(fake.open().changes.is_empty());
}
