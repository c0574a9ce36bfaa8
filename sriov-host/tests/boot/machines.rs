//! Whole machines: their boot loader, its files and its programs.

use sriov_host::boot::{self, Edit, KargsApplied, KargsOptions, KargsPlan};
use sriov_host::decorate::{Call, Recorder};
use sriov_host::sim::{Machine, SimHost, ToolFault};

use crate::support::{codes, edit};

const LOADERS: [&str; 4] = ["grub", "grubby", "rpm-ostree", "systemd-boot"];

fn machine(loader: &str) -> Recorder<SimHost> {
    let machine = Machine::from_yaml(&format!("pfs: []\nboot: {{ loader: {loader} }}")).unwrap();
    Recorder::new(SimHost::new(&machine).unwrap())
}

fn plan(host: &Recorder<SimHost>, wanted: &Edit) -> KargsPlan {
    let loader = boot::probe(host).unwrap();
    boot::prepare(host, &*loader, wanted).unwrap()
}

fn apply(host: &Recorder<SimHost>, wanted: &Edit) -> KargsApplied {
    let loader = boot::probe(host).unwrap();
    boot::apply(&plan(host, wanted), host, &*loader, &KargsOptions::default())
}

fn writes(host: &Recorder<SimHost>) -> u64 {
    let writes = host.mutations() + host.count(Call::Lock);
    host.clear();
    writes
}

#[test]
fn one_boot_for_one_wish_on_every_loader() {
    for loader in LOADERS {
        let host = machine(loader);
        let wanted = edit(&["iommu=pt", "pci=realloc"], &["quiet"]);
        let before = plan(&host, &wanted);
        assert_eq!((before.plan.steps.len(), writes(&host)), (3, 0), "{loader}");
        let applied = apply(&host, &wanted);
        assert!(applied.is_complete(), "{loader}: {applied:?}");
        assert_eq!((applied.reboot_reasons.len(), applied.notes.len()), (3, 0), "{loader}");
        assert!(writes(&host) > 0);
        let again = apply(&host, &wanted);
        assert_eq!(again.reboot_reasons, applied.reboot_reasons, "{loader}");
        assert_eq!(writes(&host), 0, "{loader}");

        host.host().reboot();
        assert!(plan(&host, &wanted).is_empty(), "{loader}");
        assert!(apply(&host, &wanted).reboot_reasons.is_empty());
        writes(&host);
        assert!(apply(&host, &wanted).is_complete());
        assert_eq!(writes(&host), 0, "{loader}");

        // And back.
        let undone = edit(&["quiet"], &["iommu=pt", "pci=realloc"]);
        assert_eq!(apply(&host, &undone).reboot_reasons.len(), 3, "{loader}");
        host.host().reboot();
        assert!(plan(&host, &undone).is_empty(), "{loader}");
    }
}

#[test]
fn no_restart_without_an_effect() {
    let tools = ["update-grub", "grubby", "rpm-ostree", "kernel-install"];
    for (loader, tool) in LOADERS.into_iter().zip(tools) {
        for how in [ToolFault::NoEffect, ToolFault::Fails, ToolFault::Hangs] {
            let host = machine(loader);
            host.host().break_tool(tool, how);
            let wanted = edit(&["iommu=pt"], &[]);
            let applied = apply(&host, &wanted);
            assert!(applied.reboot_reasons.is_empty(), "{loader} {how:?}: {applied:?}");
            assert!(applied.errors().next().is_some(), "{loader} {how:?}: {applied:?}");
            assert!(!plan(&host, &wanted).reboot_required, "{loader} {how:?}");
        }
    }
    let plan = plan(&machine("none"), &edit(&["iommu=pt"], &[]));
    assert_eq!((plan.manual, codes(&plan)), (true, vec!["SRIOV-H100"]));
}
