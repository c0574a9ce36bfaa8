//! Costs as counts: calls of the seams, each of which is a system call or a request.

use sriov_host::decorate::{Call, Recorder};
use sriov_host::inventory::{ObserveOptions, observe};
use sriov_host::sim::SimHost;

use crate::support::{config, converge, look, machine, options, plan};

fn many(vfs: u16) -> SimHost {
    let pf = |bus: u16| {
        format!(
            "  - {{ pci: '0000:{bus:02x}:00.0', driver: mlx5_core, totalVfs: 64, numVfs: {vfs} }}\n"
        )
    };
    let pfs: String = (1..=8).map(|n| pf(n * 0x10)).collect();
    machine(&format!("pfs:\n{pfs}"))
}

const READS: [Call; 3] = [Call::Read, Call::ReadLink, Call::List];

fn reads_of_inventory(vfs: u16) -> u64 {
    let host = Recorder::with_reads(many(vfs));
    let inventory = observe(&host, ObserveOptions::default()).unwrap();
    assert_eq!(inventory.pfs.iter().map(|pf| pf.vfs.len()).sum::<usize>(), 8 * usize::from(vfs));
    assert_eq!(host.count(Call::GetVfs), 0, "nobody asked for VF settings");
    assert_eq!(host.count(Call::GetLink), 1, "one dump of the links");
    assert_eq!(host.mutations(), 0);
    READS.iter().map(|call| host.count(*call)).sum()
}

#[test]
fn an_inventory_reads_the_same_of_every_vf() {
    let [none, some, all] = [0, 32, 64].map(reads_of_inventory);
    let (first, second) = (some - none, all - some);
    assert_eq!(first, second, "8 × 32 VFs cost as much wherever they are");
    let per_vf = second / (8 * 32);
    assert!(per_vf <= 14, "{per_vf} reads of each VF");
}

#[test]
fn vf_settings_take_one_request_of_each_pf() {
    let host = Recorder::with_reads(many(64));
    let inventory = observe(&host, ObserveOptions { vf_attrs: true }).unwrap();
    assert!(inventory.pfs.iter().flat_map(|pf| &pf.vfs).all(|vf| vf.attrs.is_some()));
    assert_eq!(host.count(Call::GetVfs), 8);
}

#[test]
fn an_unchanged_large_host_is_not_written() {
    let host = Recorder::with_reads(many(64));
    let entry =
        |bus: u16| format!("  - {{ match: {{ pci: '0000:{bus:02x}:00.0' }}, numVfs: 64 }}\n");
    let wanted = config(&(1..=8).map(|n| entry(n * 0x10)).collect::<String>());
    let planned = plan(&host, &wanted);
    assert!(planned.is_empty(), "{planned}");
    let applied = sriov_host::vfs::apply(&planned, &host, &options(), &|_| {});
    assert!(applied.is_complete());
    for call in [Call::Write, Call::SetVfs, Call::SetLink, Call::SetEswitch, Call::WriteFile] {
        assert_eq!(host.count(call), 0, "{call:?}");
    }
    assert_eq!(host.count(Call::Lock), 0, "nothing to do needs no lock");
}

#[test]
fn two_hundred_macs_take_four_requests() {
    let host = machine("pfs: [{ pci: '0000:01:00.0', driver: netdevsim, totalVfs: 200 }]");
    let entry = |mac: &str| {
        config(&format!(
            "  - match: {{ pci: '0000:01:00.0' }}\n    numVfs: 200\n    vfs: [{{ range: 0-199, driver: none, mac: '{mac}' }}]\n"
        ))
    };
    let _ = converge(&host, &entry("02:00:00:00:00:10"));
    let host = Recorder::with_reads(host);
    let planned = plan(&host, &entry("02:00:00:00:10:10"));
    assert_eq!(planned.steps.len(), 200);
    host.clear();
    assert!(sriov_host::vfs::apply(&planned, &host, &options(), &|_| {}).is_complete());
    let pairs = host.count(Call::GetVfs) + host.count(Call::SetVfs);
    assert!(pairs <= 4, "{pairs} requests that carry VFs");
    let macs = look(&host).pfs[0].vfs.iter().filter_map(|vf| vf.attrs.as_ref()?.mac).count();
    assert_eq!(macs, 200);
}

#[test]
fn a_document_without_settings_asks_no_driver_for_them() {
    use sriov_host::vfs::{PlanOptions, prepare};
    let host = Recorder::with_reads(many(4));
    let ask = |vfs: &str| {
        host.clear();
        let wanted = config(&format!(
            "  - match: {{ pci: '0000:10:00.0' }}\n    numVfs: 4\n    vfs: [{vfs}]\n"
        ));
        let allow = std::collections::BTreeSet::new();
        let _ = prepare(&host, &wanted, PlanOptions::default(), &allow).unwrap();
        host.count(Call::GetVfs)
    };
    assert_eq!(ask("{ range: 0-3, resourceName: pool }"), 0);
    assert!(ask("{ range: 0-3, trust: off }") > 0);
}
