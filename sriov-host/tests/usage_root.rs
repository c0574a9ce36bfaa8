//! Who uses a VF, told by a root folder: what the simulator does not have.

#![cfg(feature = "linux")]
#![expect(clippy::disallowed_methods, reason = "the test makes the folder that it looks at")]

use std::fs;
use std::os::unix::fs::symlink;

use sriov_host::inventory::{ObserveOptions, observe_pf};
use sriov_host::linux::LinuxHost;
use sriov_host::plan::Guard;
use sriov_host::vfs::observe_usage;

#[test]
fn a_vf_that_is_a_port_of_a_bridge_is_in_use() {
    let root = tempfile::tempdir().unwrap();
    let path = |path: &str| root.path().join(path);
    let device = |address: &str| path(&format!("sys/bus/pci/devices/{address}"));
    for address in ["0000:01:00.0", "0000:01:10.0"] {
        fs::create_dir_all(device(address)).unwrap();
        for (name, value) in [("class", "0x020000"), ("vendor", "0x8086"), ("device", "0x10ca")] {
            fs::write(device(address).join(name), value).unwrap();
        }
    }
    for (name, value) in [("sriov_totalvfs", "7\n"), ("sriov_numvfs", "1\n")] {
        fs::write(device("0000:01:00.0").join(name), value).unwrap();
    }
    symlink("../0000:01:10.0", device("0000:01:00.0").join("virtfn0")).unwrap();
    let net = device("0000:01:10.0").join("net/nosuch0");
    fs::create_dir_all(&net).unwrap();
    for (name, value) in [("ifindex", "4242\n"), ("address", "02:00:00:00:00:01\n")] {
        fs::write(net.join(name), value).unwrap();
    }
    fs::create_dir_all(path("sys/class/net/nosuch0")).unwrap();
    symlink("../../virtual/net/br0", path("sys/class/net/nosuch0/master")).unwrap();
    fs::create_dir_all(path("proc")).unwrap();

    let host = LinuxHost::below(root.path());
    let pci = "0000:01:00.0".parse().unwrap();
    let (pf, problems) = observe_pf(&host, pci, ObserveOptions::default()).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let usage = observe_usage(&host, &[&pf]).unwrap();
    let uses: Vec<_> = usage.pfs[&pci].vfs.values().flatten().collect();
    let [(Guard::Port, holder)] = uses.as_slice() else { panic!("{uses:?}") };
    assert!(holder.holds.contains("br0"), "{holder}");
}
