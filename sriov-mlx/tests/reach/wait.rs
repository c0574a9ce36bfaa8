//! The lock of a card.

use std::sync::Mutex;

use sriov_host::Errno;
use sriov_host::decorate::{Call, FaultSpec, Faulty};
use sriov_host::seam::{Clock, Files, HostPath, Lock};
use sriov_mlx::backend::BackendKind;
use sriov_mlx::card::{CardId, survey};
use sriov_mlx::{Access, Firmware, Policy, Stage, nobody, observe};

use crate::world::{World, cards, commands, options, secs, serial, wish, world};

fn path() -> HostPath {
    HostPath::new(format!("run/sriov/mlx-{}.lock", serial(0)))
}

#[test]
fn a_card_of_another_owner_is_left_alone_and_the_owner_named() {
    let host = world(2, |_| {});
    let _held = host.lock(&path(), "sriovctl mlx apply (pid 4711)").unwrap();
    let (cards, begun) = (cards(&host), host.now());
    let wishes = [wish(0, Policy::AtLeast(16)), wish(1, Policy::AtLeast(16))];
    host.clear();
    let facts = observe(&Access::new(&host), &cards, &wishes, &options(), &nobody);
    let took = host.now().saturating_sub(begun);
    assert!(took >= secs(30) && took < secs(45), "{took:?}");
    let Firmware::Unreadable { message, code } = &facts[0].firmware else { panic!("{facts:?}") };
    assert_eq!(*code, "SRIOV-M004");
    assert!(message.contains("is locked by sriovctl mlx apply (pid 4711)"), "{message}");
    assert_eq!(facts[1].firmware.backend(), Some(BackendKind::Json), "the other card is read");
    assert!(!commands(&host).iter().any(|command| command.contains("d8:00.0")));
}

#[test]
fn a_card_is_waited_for_as_long_as_the_patience_lasts() {
    let host = world(1, |_| {});
    let held = Mutex::new(Some(host.lock(&path(), "other").unwrap()));
    let stages = Mutex::new(Vec::new());
    let progress = |card: &CardId, stage: Stage| {
        assert_eq!(card.to_string(), serial(0));
        let mut stages = stages.lock().unwrap();
        stages.push(stage);
        if stages.len() == 4 {
            held.lock().unwrap().take();
        }
    };
    let cards = cards(&host);
    let wishes = [wish(0, Policy::AtLeast(16))];
    let facts = observe(&Access::new(&host), &cards, &wishes, &options(), &progress);
    assert!(facts[0].firmware.reading().is_some(), "{facts:?}");
    let waited = [Stage::Waiting; 4].to_vec();
    let expected = [waited, vec![Stage::Reading, Stage::Done]].concat();
    assert_eq!(*stages.lock().unwrap(), expected);
    // And it is given back.
    let _mine: Box<dyn Lock> = host.lock(&path(), "mine").unwrap();
}

fn with_fault(errno: Errno) -> Faulty<World> {
    let mut fault = FaultSpec::new(Call::Lock, "*mlx-*", 1, errno);
    fault.times = 100;
    Faulty::new(world(1, |_| {})).failing(fault)
}

#[test]
fn who_may_not_make_the_lock_reads_without_it() {
    for errno in [Errno::ACCES, Errno::PERM, Errno::ROFS] {
        let host = with_fault(errno);
        let cards = survey(&host).unwrap();
        let wishes = [wish(0, Policy::AtLeast(16))];
        let facts = observe(&Access::new(&host), &cards, &wishes, &options(), &nobody);
        assert!(facts[0].firmware.reading().is_some(), "{errno:?}: {facts:?}");
    }
    let host = with_fault(Errno::NOSPC);
    let cards = survey(&host).unwrap();
    let wishes = [wish(0, Policy::AtLeast(16))];
    let facts = observe(&Access::new(&host), &cards, &wishes, &options(), &nobody);
    let Firmware::Unreadable { message, .. } = &facts[0].firmware else { panic!("{facts:?}") };
    assert!(message.starts_with("cannot lock the firmware of card"), "{message}");
}
