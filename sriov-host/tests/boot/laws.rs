//! What holds for every line, every wish, and every boot loader, however it misbehaves.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sriov_host::boot::{CommandLine, Edit, KernelArg};

use crate::support::{Effect, World};

const WORDS: [&str; 16] = [
    "quiet",
    "iommu=pt",
    "iommu=on",
    "iommu=off",
    "iommu.passthrough=1",
    "intel_iommu=on",
    "intel_iommu=on,sm_on",
    "xintel_iommu=on",
    "pci=realloc",
    "pci=noaer",
    "pci=realloc,noaer",
    "pci=noats,realloc=off",
    "console=ttyS0",
    "ib_core.netns_mode=0",
    "ib-core.netns_mode=0",
    "dyndbg=\"file a.c +p\"",
];

fn line() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..5);
    (words, prop::sample::select(vec!["", " -- iommu=pt", " -- quiet"]))
        .prop_map(|(words, init)| words.join(" ") + init)
}

fn wish() -> impl Strategy<Value = Edit> {
    let words = || prop::collection::vec(prop::sample::select(&WORDS[..]), 0..4);
    let args = |words: Vec<&str>| words.into_iter().map(|w| w.parse().unwrap()).collect::<Vec<_>>();
    (words(), words()).prop_filter_map("contradicts itself", move |(add, remove)| {
        Edit::new(args(add), args(remove)).ok()
    })
}

fn effect() -> impl Strategy<Value = Effect> {
    prop::sample::select(vec![
        Effect::Works,
        Effect::Nothing,
        Effect::OnlyTheFirst,
        Effect::LosesOthers,
        Effect::LosesWanted,
        Effect::Fails,
    ])
}

/// What a restart does to the arguments: which of them the kernel is not passed, and which are not
/// staged any more afterwards. One bit for each word.
fn misfortune() -> impl Strategy<Value = Vec<(u16, u16, Effect)>> {
    let mask = || prop_oneof![Just(0), any::<u16>(), Just(u16::MAX)];
    prop::collection::vec((mask(), mask(), effect()), 12)
}

fn without(line: &str, mask: u16) -> String {
    let lost = |arg: &KernelArg| {
        WORDS.iter().position(|word| *word == arg.as_str()).is_some_and(|at| mask >> at & 1 == 1)
    };
    let line = CommandLine::parse(line);
    let kept = line.args().iter().filter(|arg| !lost(arg)).chain(line.init_args());
    kept.map(KernelArg::as_str).collect::<Vec<_>>().join(" ")
}

fn foreign(line: &str, wish: &Edit) -> Vec<String> {
    let ours = |arg: &KernelArg| wish.add.iter().chain(&wish.remove).any(|own| own.is_same(arg));
    let line = CommandLine::parse(line);
    let args = line.args().iter().filter(|arg| !ours(arg)).chain(line.init_args());
    args.map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn after_apply_and_one_restart_nothing_is_left(
        running in line(), staged in line(), wish in wish(),
    ) {
        let mut world = World::new(&running, Some(&staged));
        let plan = world.plan(&wish);
        prop_assert_eq!(&plan, &world.plan(&wish), "a plan is the same each time");
        prop_assert_eq!(world.writes(), 0);
        let applied = world.carry_out(&plan);
        if !plan.plan.blockers.is_empty() {
            prop_assert!(applied.steps.is_empty() && applied.reboot_reasons.is_empty());
            prop_assert_eq!((world.writes(), world.staged()), (0, staged));
            return Ok(());
        }
        prop_assert!(applied.is_complete(), "{applied:?}");
        prop_assert_eq!(foreign(&world.staged(), &wish), foreign(&staged, &wish));
        world.writes();

        let second = world.plan(&wish);
        prop_assert!(second.plan.is_empty());
        prop_assert_eq!(second.reboot_required, !applied.reboot_reasons.is_empty());
        let again = world.carry_out(&second);
        prop_assert_eq!(&again.reboot_reasons, &applied.reboot_reasons);
        prop_assert_eq!(world.writes(), 0);

        if second.reboot_required {
            world.reboot();
        }
        prop_assert!(world.plan(&wish).is_empty());
        let settled = world.apply(&wish);
        prop_assert!(settled.is_complete() && settled.reboot_reasons.is_empty());
        prop_assert_eq!(world.get("var/lib/sriov/reboots.json"), None);
    }

    #[test]
    fn no_reason_restarts_a_host_twice(
        running in line(), staged in line(), wish in wish(), boots in misfortune(),
        known in prop::option::of((prop::sample::select(&WORDS[..]), any::<bool>(), 0_u32..3)),
    ) {
        let mut world = World::new(&running, Some(&staged));
        if let Some((word, here, attempts)) = known {
            let boot = if here { world.boot_id() } else { "another-boot".to_owned() };
            world.remember(&format!("kernel argument {word}"), "set", &boot, attempts);
        }
        let mut asked: BTreeMap<String, u32> = BTreeMap::new();
        let mut quiet = false;
        for (lost, unstaged, effect) in boots {
            world.loader.state().effect = effect;
            // Two runs in each boot: one that may stage, and one behind it.
            let mut reasons = world.apply(&wish).reboot_reasons;
            reasons.extend(world.apply(&wish).reboot_reasons);
            reasons.sort();
            reasons.dedup();
            for reason in &reasons {
                *asked.entry(format!("{} {}", reason.subject, reason.wanted)).or_default() += 1;
            }
            if reasons.is_empty() {
                quiet = true;
                break;
            }
            let passed = without(&world.staged(), lost);
            world.boot(&passed);
            let left = without(&world.staged(), unstaged);
            world.loader.state().line = Some(left);
        }
        prop_assert!(quiet, "restarted for ever: {asked:?}");
        prop_assert!(asked.values().all(|times| *times == 1), "{asked:?}");
    }

    #[test]
    fn a_boot_loader_is_never_asked_to_touch_what_is_foreign(
        running in line(), staged in line(), wish in wish(),
    ) {
        let world = World::new(&running, Some(&staged));
        let _ = world.apply(&wish);
        for edit in world.loader.state().edits.drain(..) {
            prop_assert!(edit.add.iter().all(|arg| wish.add.contains(arg)));
            let known = |arg: &KernelArg| wish.remove.iter().any(|gone| gone.is_same(arg));
            let there = CommandLine::parse(&staged);
            prop_assert!(edit.remove.iter().all(|arg| known(arg) && there.args().contains(arg)));
        }
    }
}
