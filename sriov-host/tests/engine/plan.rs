use sriov_host::inventory::NodeInventory;
use sriov_host::plan::{Action, BlockerKind, Disruption};
use sriov_host::sim::SimHost;
use sriov_host::vfs::{PlanError, PlanOptions};
use sriov_host::{codes, vfs};

use crate::support::{config, converge, look, machine, names, plan};

const FOUR: &str = r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 4 }"#;

#[test]
fn a_count_alone_is_left_to_the_kernel() {
    let plan = plan(&SimHost::with_igb_pair(), &config(FOUR));
    assert_eq!(names(&plan), ["createVfs", "waitVfs"]);
    assert_eq!(plan.disruption(), Disruption::Pf, "igb re-initialises itself");
}

#[test]
fn settings_are_made_before_a_driver_sees_the_vf() {
    let wanted = config(
        r#"
  - match: { name: enp1s0 }
    numVfs: 2
    vfs:
      - { range: 0, mac: "02:00:00:00:00:10", vlan: 100 }
      - { range: 1, driver: none }
"#,
    );
    let plan = plan(&SimHost::with_igb_pair(), &wanted);
    let expected = [
        "holdAutoprobe",
        "createVfs",
        "setVfMac",
        "setVfVlan",
        "putBackAutoprobe",
        "bindVf",
        "waitVfs",
        "closeRecord",
    ];
    assert_eq!(names(&plan), expected, "{plan}");
}

#[test]
fn a_named_driver_binds_while_autoprobe_is_held() {
    let host = machine("{ iommu: true, pfs: [{ pci: 0000:01:00.0, driver: mlx5_core }] }");
    let wanted = config(
        r#"
  - match: { pci: "0000:01:00.0" }
    numVfs: 2
    vfs: [{ range: 0, driver: vfio-pci }]
"#,
    );
    let steps = names(&plan(&host, &wanted));
    let at = |name| steps.iter().position(|step| *step == name).unwrap();
    assert!(at("holdAutoprobe") < at("createVfs"));
    assert!(at("bindVf") < at("putBackAutoprobe"), "{steps:?}");
}

#[test]
fn planning_twice_gives_the_same_bytes() {
    let inventory = look(&SimHost::demo());
    let wanted = config(r#"  - { match: { vendor: "15b3" }, numVfs: 8, mtu: 9000 }"#);
    let text = || {
        let plan = vfs::plan(&inventory, &wanted, PlanOptions::default()).unwrap();
        serde_json::to_string(&plan).unwrap()
    };
    assert_eq!(text(), text());
    assert!(text().contains("createVfs"));
}

#[test]
fn more_than_the_device_has_room_for_is_refused() {
    let wanted = config(r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 99 }"#);
    let plan = plan(&SimHost::with_igb_pair(), &wanted);
    assert!(plan.steps.is_empty(), "{plan}");
    let [blocker] = plan.blockers.as_slice() else { panic!("{plan}") };
    assert_eq!(blocker.code, codes::TOO_MANY_VFS.id);
    assert!(matches!(blocker.kind, BlockerKind::Unsupported));
    assert!(blocker.message.contains("99") && blocker.message.contains('7'), "{blocker}");
}

#[test]
fn one_impossible_pf_leaves_the_other_its_steps() {
    let wanted = config(
        r#"
  - { match: { pci: "0000:01:00.0" }, numVfs: 99 }
  - { match: { pci: "0000:02:00.0" }, numVfs: 1 }
"#,
    );
    let plan = plan(&SimHost::with_igb_pair(), &wanted);
    assert_eq!(names(&plan), ["createVfs", "waitVfs"]);
    assert_eq!(plan.blockers.len(), 1);
}

#[test]
fn an_entry_without_a_pf_is_told() {
    let wanted = config("  - { match: { name: ens9 }, numVfs: 1 }");
    let plan = plan(&SimHost::with_igb_pair(), &wanted);
    assert_eq!(plan.blockers.first().map(|blocker| blocker.code), Some(codes::NO_PF_MATCHES.id));
}

#[test]
fn two_entries_for_one_pf_are_an_error() {
    let wanted = config(
        r#"
  - { match: { pci: "0000:01:00.0" }, numVfs: 1 }
  - { match: { name: enp1s0 }, numVfs: 2 }
"#,
    );
    let inventory = look(&SimHost::with_igb_pair());
    let error = vfs::plan(&inventory, &wanted, PlanOptions::default()).unwrap_err();
    assert!(matches!(error, PlanError::TwoEntries { .. }), "{error}");
}

#[test]
fn a_larger_mtu_satisfies_unless_lowering_is_asked_for() {
    let host = machine("{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, mtu: 9000 }] }");
    let wanted = config(r#"  - { match: { pci: "0000:01:00.0" }, mtu: 1500 }"#);
    assert!(plan(&host, &wanted).is_empty());
    let lower = PlanOptions { lower_mtu: true };
    let plan = vfs::plan(&look(&host), &wanted, lower).unwrap();
    assert_eq!(names(&plan), ["setPfMtu"]);
    assert_eq!(plan.disruption(), Disruption::Pf);
}

#[test]
fn an_externally_managed_pf_is_only_compared() {
    let host = machine("{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, numVfs: 4 }] }");
    let entry = |count: u32| {
        config(&format!(
            r#"  - {{ match: {{ pci: "0000:01:00.0" }}, numVfs: {count}, externallyManaged: true }}"#
        ))
    };
    assert!(plan(&host, &entry(3)).is_empty(), "more than asked for satisfies");
    assert!(plan(&host, &entry(4)).is_empty());
    let plan = plan(&host, &entry(5));
    assert!(plan.steps.is_empty());
    let [blocker] = plan.blockers.as_slice() else { panic!("{plan}") };
    assert!(matches!(blocker.kind, BlockerKind::NotOurs), "{blocker}");
}

#[test]
fn a_resize_announces_that_all_vfs_go() {
    let host = SimHost::with_igb_pair();
    let _ = converge(&host, &config(FOUR));
    let plan = plan(&host, &config(r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 2 }"#));
    assert_eq!(names(&plan), ["destroyVfs", "createVfs", "waitVfs"]);
    assert!(plan.disruption() >= Disruption::Vf);
    let first = plan.steps.first().unwrap();
    assert_eq!((first.action.from(), first.action.to()), (Some("4".into()), Some("0".into())));
    assert_eq!(first.reason.to_string(), "numVfs: wanted 2, found 4");
}

#[test]
fn settings_that_were_not_observed_are_not_guessed() {
    let host = SimHost::with_igb_pair();
    let _ = converge(&host, &config(FOUR));
    let wanted = config(
        r#"
  - match: { pci: "0000:01:00.0" }
    numVfs: 4
    vfs: [{ range: 0-3, trust: on }]
"#,
    );
    let mut inventory: NodeInventory = look(&host);
    for vf in inventory.pfs.iter_mut().flat_map(|pf| &mut pf.vfs) {
        vf.attrs = None;
    }
    let plan = vfs::plan(&inventory, &wanted, PlanOptions::default()).unwrap();
    assert!(plan.steps.is_empty());
    assert_eq!(plan.blockers.len(), 4);
    assert!(plan.blockers.iter().all(|b| b.code == codes::ATTRIBUTES_NOT_OBSERVED.id));
}

#[test]
fn switchdev_without_an_eswitch_is_refused_and_legacy_is_not() {
    let host = SimHost::with_igb_pair();
    let entry = |mode: &str| {
        config(&format!(r#"  - {{ match: {{ pci: "0000:01:00.0" }}, eswitchMode: {mode} }}"#))
    };
    assert!(plan(&host, &entry("legacy")).is_empty());
    let blockers = plan(&host, &entry("switchdev")).blockers;
    assert_eq!(blockers.first().map(|blocker| blocker.code), Some(codes::ESWITCH_FIXED.id));
}
