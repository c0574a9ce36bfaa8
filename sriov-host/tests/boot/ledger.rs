//! The memory of restarts.

use std::fs;

use sriov_host::boot::{BootId, Ledger, LedgerError, Verdict};
use sriov_host::plan::RebootReason;

use crate::support::World;

fn reason(subject: &str, wanted: &str) -> RebootReason {
    RebootReason { subject: subject.to_owned(), wanted: wanted.to_owned(), running: None }
}

#[test]
fn remembers_over_boots_and_by_wish() {
    let mut world = World::new("", None);
    let (set, gone) = (reason("a", "set"), reason("a", "not set"));
    let first = BootId::running(&world.host).unwrap();
    let mut ledger = Ledger::load(&world.host).unwrap();
    assert_eq!(ledger.judge(&set, &first, 1), Verdict::Ask);
    assert!(ledger.ask(&set, &first, "here") && !ledger.ask(&set, &first, "here"));
    ledger.save(&world.host).unwrap();

    world.boot("");
    let second = BootId::running(&world.host).unwrap();
    let mut ledger = Ledger::load(&world.host).unwrap();
    assert_eq!(ledger.judge(&set, &first, 1), Verdict::Outstanding);
    let Verdict::Failed(record) = ledger.judge(&set, &second, 1) else { panic!("{ledger:?}") };
    assert_eq!((record.attempts, record.evidence.as_str()), (1, "here"));
    assert_eq!(ledger.judge(&set, &second, 2), Verdict::Ask);
    assert_eq!(ledger.judge(&gone, &second, 1), Verdict::Ask);
    assert!(ledger.ask(&set, &second, &"x".repeat(9999)));
    let (_, record) = ledger.records().next().unwrap();
    assert_eq!((record.attempts, record.evidence.len()), (2, 512));
    assert!(ledger.settle("a") && !ledger.settle("a"));
    ledger.save(&world.host).unwrap();
    assert_eq!(world.get("var/lib/sriov/reboots.json"), None);
}

#[test]
fn what_is_not_a_ledger_is_never_overwritten() {
    let world = World::new("", None);
    let boot = BootId::running(&world.host).unwrap();
    for garbage in ["", "{}", "garbage", r#"{"version":2,"reboots":{}}"#] {
        world.put("var/lib/sriov/reboots.json", garbage);
        let mut ledger = Ledger::default();
        ledger.ask(&reason("a", "set"), &boot, "here");
        assert!(matches!(ledger.save(&world.host), Err(LedgerError::Malformed { .. })));
        assert!(matches!(Ledger::default().save(&world.host), Err(LedgerError::Malformed { .. })));
        let change = |ledger: &mut Ledger| assert!(ledger.ask(&reason("a", "set"), &boot, ""));
        assert!(Ledger::update(&world.host, "test", change).is_err());
        assert_eq!(world.get("var/lib/sriov/reboots.json").as_deref(), Some(garbage));
    }
}

#[test]
fn is_bounded() {
    let world = World::new("", None);
    let boot = BootId::running(&world.host).unwrap();
    let mut ledger = Ledger::default();
    for number in 0..1000 {
        ledger.ask(&reason(&format!("{number}{}", "x".repeat(2000)), "set"), &boot, "");
    }
    assert!(matches!(ledger.save(&world.host), Err(LedgerError::Full { .. })));
    assert_eq!(world.get("var/lib/sriov/reboots.json"), None);
}

#[test]
fn several_writers_keep_what_the_others_remember() {
    let world = World::new("", None);
    let boot = BootId::running(&world.host).unwrap();
    let ask = |subject: &str| {
        let reason = reason(subject, "set");
        Ledger::update(&world.host, "test", |ledger| {
            ledger.ask(&reason, &boot, "");
        })
    };
    assert!(ask("a").unwrap() && ask("b").unwrap());
    world.writes();
    assert!(!ask("a").unwrap());
    assert_eq!(world.host.mutations(), 0);
    assert_eq!(Ledger::load(&world.host).unwrap().records().count(), 2);
    let held = sriov_host::seam::Files::lock(&world.host, &Ledger::lock_path(), "other").unwrap();
    assert!(ask("c").is_err());
    drop(held);
}

#[test]
fn boots_that_cannot_be_told_apart_are_an_error() {
    let world = World::new("", Some(""));
    for id in ["", "two words", &"x".repeat(65)] {
        world.put("proc/sys/kernel/random/boot_id", id);
        assert!(BootId::running(&world.host).is_err(), "{id:?}");
        assert!(sriov_host::boot::observe(&world.host, &world.loader).is_err());
    }
    fs::remove_file(world.host.host().root().join("proc/sys/kernel/random/boot_id")).unwrap();
    assert!(BootId::running(&world.host).is_err());
}
