//! The real host, below a root that is a folder of the test: nothing else is read or written.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::{Run, config, feed, file, folder, run};

const DEVICE: &str = "sys/bus/pci/devices/0000:fe:00.0";

/// An igb port without VFs, and without a netdev.
fn root(name: &str) -> PathBuf {
    let root = folder(name);
    for (attribute, value) in [
        ("class", "0x020000"),
        ("vendor", "0x8086"),
        ("device", "0x10c9"),
        ("numa_node", "1"),
        ("sriov_totalvfs", "7"),
        ("sriov_numvfs", "0"),
        ("sriov_drivers_autoprobe", "1"),
    ] {
        file(&root, &format!("{DEVICE}/{attribute}"), format!("{value}\n"));
    }
    fs::create_dir_all(root.join("sys/bus/pci/drivers/igb")).unwrap();
    symlink("../../drivers/igb", root.join(DEVICE).join("driver")).unwrap();
    file(&root, "proc/net/route", "Iface\tDestination\n");
    root
}

fn on(root: &Path, args: &[&str]) -> Run {
    run(&[&["--root", root.to_str().unwrap()], args].concat())
}

#[test]
fn devices_below_the_root_are_the_only_ones() {
    let root = root("root-list");
    let list = on(&root, &["list", "-o", "json"]).ends(0).json();
    assert_eq!(list["pfs"].as_array().unwrap().len(), 1, "{list}");
    let pf = &list["pfs"][0];
    assert_eq!(pf["pci"], "0000:fe:00.0");
    assert_eq!((&pf["driver"], &pf["totalVfs"]), (&"igb".into(), &7.into()));
    assert_eq!((&pf["numVfs"], &pf["numaNode"]), (&0.into(), &1.into()));
    assert!(pf["name"].is_null() && pf["mac"].is_null(), "absent is null: {pf}");
}

#[test]
fn planning_writes_nothing() {
    let root = root("root-plan");
    let wanted = config("{ match: { pci: '0000:fe:00.0' }, numVfs: 2 }");
    let args = ["--root", root.to_str().unwrap(), "plan", "-f", "-", "-o", "json"];
    let plan = feed(&args, wanted).ends(0).json();
    assert_eq!(plan["steps"][0]["action"], "createVfs");
    assert_eq!(fs::read_to_string(root.join(DEVICE).join("sriov_numvfs")).unwrap(), "0\n");
    assert!(!root.join("run").exists(), "not even a lock");
}

#[test]
fn a_lock_of_another_owner_is_respected() {
    let root = root("root-lock");
    let lock = file(&root, "run/sriov/pf-0000:fe:00.0.lock", "node-agent (pid 1)");
    let lock = File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    let wanted = config("{ match: { pci: '0000:fe:00.0' }, numVfs: 2 }");
    let apply = ["--root", root.to_str().unwrap(), "apply", "-f", "-"];
    feed(&apply, &wanted).ends(7).says(&["error[SRIOV-H048]", "node-agent (pid 1)"]);
    assert_eq!(fs::read_to_string(root.join(DEVICE).join("sriov_numvfs")).unwrap(), "0\n");
    // The owner's process is not below this root: its lock counts as left behind.
    fs::create_dir_all(root.join("proc/1")).unwrap();
    let checks = on(&root, &["doctor", "-o", "json"]).ends(1).json();
    let locks = checks.as_array().unwrap().iter().find(|check| check["id"] == "locks").unwrap();
    assert_eq!(locks["ok"], false, "{locks}");
}

#[test]
fn a_root_that_is_not_there() {
    on(Path::new("/no/such/root"), &["list"]).ends(1).says(&["error[SRIOV-H080]", "/sys/bus"]);
}
