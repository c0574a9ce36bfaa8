//! What a plan says.

use sriov_host::boot::BootloaderKind;
use sriov_host::plan::Disruption;

use crate::support::{World, codes, edit, subjects};

#[test]
fn from_staged_to_wanted() {
    let world = World::new("quiet", Some("quiet iommu=on intel-iommu=on"));
    let plan = world.plan(&edit(&["iommu=pt", "intel_iommu=on"], &["iommu=on"]));
    assert_eq!(
        plan.to_string(),
        "kernel arguments    removeKernelArg   iommu=on → nothing  \
         (kernelArgs.remove: wanted nothing, found iommu=on)\n\
         kernel arguments    addKernelArg      iommu=pt  \
         (kernelArgs.add: wanted iommu=pt, not set)\n"
    );
    assert!(!plan.reboot_required && !plan.manual && plan.plan.disruption() == Disruption::Reboot);
    assert_eq!(
        subjects(&plan.plan.reboot_reasons),
        ["kernel argument iommu=pt set", "kernel argument intel_iommu=on set"]
    );
}

#[test]
fn a_restart_is_all_that_is_missing() {
    let world = World::new("iommu=on gone=1", Some("iommu=pt"));
    let plan = world.plan(&edit(&["iommu=pt"], &["gone=1"]));
    assert!(plan.reboot_required && plan.plan.is_empty() && !plan.is_empty());
    let running: Vec<_> = plan.plan.reboot_reasons.iter().map(|r| r.running.as_deref()).collect();
    assert_eq!(running, [Some("iommu=on"), Some("gone=1")]);
    assert!(world.plan(&edit(&[], &["iommu=on"])).reboot_required);
}

#[test]
fn what_runs_and_is_staged_needs_nothing() {
    let world = World::new("pci=realloc,noaer", Some("pci=noaer,realloc quiet"));
    assert!(world.plan(&edit(&["pci=realloc"], &["iommu=pt"])).is_empty());
    assert!(world.plan(&edit(&[], &[])).is_empty());
}

#[test]
fn what_only_runs_is_staged_without_a_restart() {
    let world = World::new("iommu=pt", Some("quiet"));
    let plan = world.plan(&edit(&["iommu=pt"], &[]));
    assert_eq!((plan.plan.steps.len(), plan.plan.reboot_reasons.len()), (1, 0));
}

#[test]
fn a_conflict_withholds_the_whole_change() {
    for (staged, add, remove, found) in [
        ("intel_iommu=on,sm_on", "intel_iommu=on", "x", "intel_iommu=on,sm_on"),
        ("iommu=off", "iommu=pt", "x", "iommu=off"),
        ("pci=noats,realloc=off", "pci=realloc", "x", "pci=noats,realloc=off"),
        ("pci=realloc,noaer", "y", "pci=realloc", "pci=realloc,noaer"),
    ] {
        let world = World::new("quiet", Some(&format!("{staged} quiet")));
        let plan = world.plan(&edit(&["fine=1", add], &["quiet", remove]));
        assert!(plan.plan.steps.is_empty() && !plan.reboot_required, "{plan:?}");
        assert_eq!(codes(&plan), ["SRIOV-H101"]);
        assert_eq!(plan.conflicts[0].found.as_str(), found);
        assert_eq!(plan.conflicts[0].source, "/boot/loader.conf:1");
    }
}

#[test]
fn a_conflict_that_only_runs_is_settled_by_the_restart() {
    let world = World::new("iommu=off", Some("iommu=pt"));
    let plan = world.plan(&edit(&["iommu=pt"], &[]));
    assert!(plan.conflicts.is_empty() && plan.reboot_required);
}

#[test]
fn a_running_value_that_another_one_follows_does_not_count() {
    let world = World::new("iommu=pt iommu=on", Some("iommu=pt"));
    let plan = world.plan(&edit(&["iommu=pt"], &[]));
    assert!(plan.reboot_required);
    let note = "iommu=pt is running, but of its values the kernel takes the last: iommu=on";
    assert_eq!(plan.plan.notes, [note]);
}

#[test]
fn what_cannot_be_staged_is_left_to_a_person() {
    let mut world = World::new("quiet", None);
    let wanted = edit(&["iommu=pt"], &["quiet"]);
    let plan = world.plan(&wanted);
    assert!(plan.manual && !plan.reboot_required && plan.plan.steps.is_empty());
    assert_eq!(
        (codes(&plan), plan.instructions),
        (vec!["SRIOV-H100"], vec!["type iommu=pt".into()])
    );
    let pure = sriov_host::boot::plan(&plan.facts, &wanted);
    assert_eq!(
        pure.instructions,
        [
            "remove from the kernel command line: quiet",
            "add to the kernel command line: iommu=pt",
            "restart the host"
        ]
    );
    assert!(pure.plan.reboot_reasons.is_empty());

    // Nobody can stage here, but it can be told that a person did.
    world.loader.state().kind = BootloaderKind::Manual;
    world.loader.state().line = Some("iommu=pt".to_owned());
    let plan = world.plan(&wanted);
    assert!(plan.manual && !plan.reboot_required && plan.plan.reboot_reasons.is_empty());
    assert_eq!(plan.instructions, ["restart the host"]);
    world.reboot();
    assert!(world.plan(&wanted).is_empty());

    world.loader.state().line = None;
    let plan = world.plan(&wanted);
    assert!(plan.is_empty() && !plan.manual && plan.plan.notes.len() == 1, "{plan:?}");
}

#[test]
fn a_contradiction_is_named_to_the_person_who_has_to_act() {
    let plan = World::new("iommu=off", None).plan(&edit(&["iommu=pt"], &[]));
    assert_eq!(codes(&plan), ["SRIOV-H100"]);
    assert_eq!(plan.conflicts[0].source, "/proc/cmdline");
}

#[test]
fn a_boot_that_did_not_help_is_explained_and_not_repeated() {
    let world = World::new("quiet", Some("quiet"));
    world.remember("kernel argument iommu=pt", "set", "another-boot", 1);
    for staged in ["quiet", "quiet iommu=pt"] {
        world.loader.state().line = Some(staged.to_owned());
        let plan = world.plan(&edit(&["iommu=pt", "b=1"], &[]));
        assert!(plan.plan.steps.is_empty() && !plan.reboot_required, "{plan:?}");
        assert!(plan.plan.reboot_reasons.is_empty());
        assert_eq!(codes(&plan), ["SRIOV-H102"]);
        let text = plan.plan.blockers[0].to_string();
        for word in ["iommu=pt", "another-boot", "attempt 1", "/boot/x:7", &world.boot_id()] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    // The other wish, and the end of this one, are not concerned.
    assert_eq!(world.plan(&edit(&["b=1"], &[])).plan.steps.len(), 1);
    assert_eq!(world.plan(&edit(&[], &["iommu=pt"])).plan.steps.len(), 1);
}

#[test]
fn an_unreadable_ledger_is_not_an_empty_one() {
    let world = World::new("quiet b=1", Some("quiet"));
    world.put("var/lib/sriov/reboots.json", "{}");
    let plan = world.plan(&edit(&["iommu=pt"], &[]));
    assert!(plan.plan.steps.is_empty() && !plan.reboot_required, "{plan:?}");
    assert_eq!(codes(&plan), ["SRIOV-H103"]);
    // Where no restart is needed it does not matter.
    assert_eq!(world.plan(&edit(&["b=1"], &[])).plan.steps.len(), 1);
    assert!(world.plan(&edit(&["quiet"], &[])).is_empty());
}
