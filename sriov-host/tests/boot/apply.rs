//! What applying a plan does, and what it leaves alone.

use std::error::Error as _;

use sriov_host::boot::{BootloaderKind, KargsError};
use sriov_host::decorate::{Call, FaultSpec, Faulty};
use sriov_host::plan::Outcome;
use sriov_host::seam::Files;
use sriov_host::{Errno, boot};

use crate::support::{Effect, World, edit, subjects};

const PT: &str = "kernel argument iommu=pt set";

#[test]
fn staged_once_asked_once_and_settled_after_the_boot() {
    let mut world = World::new("quiet", Some("quiet"));
    let wanted = edit(&["iommu=pt", "intel_iommu=on"], &["quiet"]);
    let applied = world.apply(&wanted);
    assert!(applied.is_complete(), "{applied:?}");
    assert_eq!(applied.count(Outcome::Done), 3);
    assert_eq!(world.loader.state().edits, [edit(&["iommu=pt", "intel_iommu=on"], &["quiet"])]);
    assert_eq!(world.staged(), "iommu=pt intel_iommu=on");
    let asked = subjects(&applied.reboot_reasons);
    let on = "kernel argument intel_iommu=on set";
    assert_eq!(asked, [PT, on, "kernel argument quiet not set"]);
    let ledger = world.get("var/lib/sriov/reboots.json").unwrap();
    assert!(
        ledger.contains("/boot/loader.conf:1") && ledger.contains(&world.boot_id()),
        "{ledger}"
    );
    assert!(world.writes() > 0);

    let again = world.apply(&wanted);
    assert!(again.steps.is_empty() && world.writes() == 0, "{again:?}");
    assert_eq!(subjects(&again.reboot_reasons), asked);

    world.reboot();
    assert!(world.plan(&wanted).is_empty());
    let settled = world.apply(&wanted);
    assert!(settled.is_complete() && settled.reboot_reasons.is_empty(), "{settled:?}");
    assert_eq!(world.get("var/lib/sriov/reboots.json"), None);
    assert!(world.writes() > 0);
    assert!(world.apply(&wanted).is_complete() && world.writes() == 0);
}

#[test]
fn the_ledger_is_written_before_a_restart_is_told_of() {
    let world = World::new("", Some("iommu=pt"));
    let wanted = edit(&["iommu=pt"], &[]);
    let fault = FaultSpec::new(Call::WriteFile, "*/reboots.json", 1, Errno::ROFS);
    let host = Faulty::new(world.host.clone()).failing(fault);
    let plan = world.plan(&wanted);
    assert!(plan.reboot_required);
    let applied = boot::apply(&plan, &host, &world.loader, &boot::KargsOptions::default());
    assert!(applied.reboot_reasons.is_empty(), "{applied:?}");
    assert!(matches!(applied.error, Some(KargsError::Ledger(_))), "{applied:?}");
    assert_eq!(subjects(&world.apply(&wanted).reboot_reasons), [PT]);
}

#[test]
fn success_without_effect_is_a_failure() {
    for (effect, outcomes) in [
        (Effect::Nothing, [Outcome::Failed, Outcome::Failed]),
        (Effect::OnlyTheFirst, [Outcome::Done, Outcome::Failed]),
        (Effect::LosesWanted, [Outcome::Failed, Outcome::Failed]),
        (Effect::Fails, [Outcome::Failed, Outcome::Failed]),
    ] {
        let world = World::new("", Some("quiet"));
        world.loader.state().effect = effect;
        let applied = world.apply(&edit(&["a=1", "b=1"], &[]));
        let found: Vec<Outcome> = applied.steps.iter().map(|step| step.outcome).collect();
        assert_eq!(found, outcomes, "{effect:?}");
        assert!(applied.reboot_reasons.is_empty() && !applied.is_complete(), "{effect:?}");
        assert_eq!(world.get("var/lib/sriov/reboots.json"), None, "{effect:?}");
        let code = applied.errors().next().unwrap().code();
        let expected = match effect {
            Effect::Fails => "SRIOV-H105",
            Effect::LosesWanted => "SRIOV-H106",
            _ => "SRIOV-H104",
        };
        assert_eq!(code, expected, "{effect:?}");
    }
}

#[test]
fn a_failure_keeps_its_causes() {
    let world = World::new("", Some(""));
    world.loader.state().effect = Effect::Fails;
    let applied = world.apply(&edit(&["a=1"], &[]));
    let error = applied.error.unwrap();
    assert_eq!(error.to_string(), "cannot stage the kernel arguments");
    let cause = error.source().unwrap().to_string();
    assert_eq!(cause, "`bootctl edit` failed with status 2: no space");
}

#[test]
fn a_removal_without_effect_is_a_failure() {
    let world = World::new("a=1", Some("a=1"));
    world.loader.state().effect = Effect::Nothing;
    let applied = world.apply(&edit(&[], &["a=1"]));
    let error = applied.steps[0].error.as_ref().unwrap().to_string();
    assert_eq!(
        error,
        "a=1 is still staged in /boot/loader.conf:1, although the change reported success"
    );
}

#[test]
fn what_vanishes_beside_the_change_is_told() {
    let world = World::new("", Some("quiet root=/dev/sda1 c=1"));
    world.loader.state().effect = Effect::LosesOthers;
    let applied = world.apply(&edit(&["a=1"], &["c=1"]));
    assert_eq!(applied.notes.len(), 2, "{applied:?}");
    assert!(applied.notes[1].starts_with("root=/dev/sda1 was staged before"), "{applied:?}");

    // One of them is wanted, too: then the change is not proven.
    let world = World::new("", Some("wanted=1"));
    world.loader.state().effect = Effect::LosesOthers;
    let applied = world.apply(&edit(&["a=1", "wanted=1"], &[]));
    assert!(matches!(applied.error, Some(KargsError::NoEffect { .. })), "{applied:?}");
    assert!(applied.reboot_reasons.is_empty());
}

#[test]
fn a_plan_that_is_out_of_date_changes_nothing() {
    type Change = fn(&mut World);
    let wanted = edit(&["iommu=pt"], &[]);
    let stale: [(&str, Change); 4] = [
        ("what is staged", |world| world.loader.state().line = Some("quiet b=1".to_owned())),
        ("the boot", |world| world.boot("quiet")),
        ("the running command line", |world| world.put("proc/cmdline", "other")),
        ("the boot loader", |world| world.loader.state().kind = BootloaderKind::Grubby),
    ];
    for (what, change) in stale {
        let mut world = World::new("quiet", Some("quiet"));
        let plan = world.plan(&wanted);
        change(&mut world);
        let applied = world.carry_out(&plan);
        let Some(KargsError::Stale { what: found }) = &applied.error else { panic!("{applied:?}") };
        assert_eq!(*found, what);
        assert_eq!(applied.count(Outcome::NotRun), 1);
        assert!(world.loader.state().edits.is_empty() && applied.reboot_reasons.is_empty());
    }
}

#[test]
fn a_restart_that_somebody_else_recorded_as_futile_is_not_asked_for() {
    let world = World::new("quiet", Some("iommu=pt"));
    let plan = world.plan(&edit(&["iommu=pt"], &[]));
    world.remember("kernel argument iommu=pt", "set", "another-boot", 1);
    let applied = world.carry_out(&plan);
    assert!(matches!(applied.error, Some(KargsError::Stale { .. })), "{applied:?}");
    assert!(applied.reboot_reasons.is_empty());
}

#[test]
fn one_at_a_time() {
    let world = World::new("quiet", Some("quiet"));
    let path = sriov_host::seam::HostPath::new("run/sriov/kargs.lock");
    let held = world.host.lock(&path, "somebody").unwrap();
    let applied = world.apply(&edit(&["a=1"], &[]));
    let error = applied.error.as_ref().unwrap();
    assert!(error.is_locked() && error.source().unwrap().to_string().contains("somebody"));
    assert!(world.loader.state().edits.is_empty());
    drop(held);
    assert!(world.apply(&edit(&["a=1"], &[])).is_complete());
}

#[test]
fn what_is_blocked_writes_nothing() {
    let world = World::new("quiet", Some("intel_iommu=off"));
    let applied = world.apply(&edit(&["intel_iommu=on", "a=1"], &[]));
    assert!(applied.steps.is_empty() && applied.reboot_reasons.is_empty());
    assert_eq!(world.writes(), 0);
    let world = World::new("quiet", None);
    assert!(world.apply(&edit(&["a=1"], &[])).reboot_reasons.is_empty() && world.writes() == 0);
}

#[test]
fn looking_spawns_and_writes_nothing() {
    let world = World::new("quiet", Some("quiet"));
    let _ = world.plan(&edit(&["a=1"], &[]));
    assert_eq!(world.host.count(Call::QueryTool) + world.writes(), 0);
}
