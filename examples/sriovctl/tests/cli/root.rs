//! The real host, below a root that is a folder of the test: nothing else is read or written.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Run, command, config, feed, file, folder, run};

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
fn a_lock_that_cannot_be_taken_is_a_failure() {
    let root = root("root-no-lock");
    // A folder where the lock should be.
    file(&root, "run/sriov/pf-0000:fe:00.0.lock/file", "");
    let wanted = config("{ match: { pci: '0000:fe:00.0' }, numVfs: 2 }");
    let apply = ["--root", root.to_str().unwrap(), "apply", "-f", "-"];
    let apply = feed(&apply, &wanted).ends(1);
    assert!(apply.stdout.starts_with("not-run "), "{apply:?}");
    apply.says(&["error[SRIOV-H080]", "the PF cannot be locked", "caused by: cannot lock /run"]);
}

#[test]
fn a_root_that_is_not_there() {
    on(Path::new("/no/such/root"), &["list"]).ends(1).says(&["error[SRIOV-H080]", "/sys/bus"]);
}

/// The attribute does not answer, as while somebody else's change of it blocks in the kernel.
fn silent(root: &Path) {
    let numvfs = root.join(DEVICE).join("sriov_numvfs");
    fs::remove_file(&numvfs).unwrap();
    let made = Command::new("mkfifo").arg(&numvfs).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_deadline_holds_though_the_kernel_does_not_answer() {
    let root = root("root-silent");
    silent(&root);
    let begun = Instant::now();
    let list = on(&root, &["list", "--timeout", "1s"]).ends(4).says(&["error[SRIOV-H046]"]);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(list.stdout, "");
}

#[test]
fn a_deadline_that_is_kept_changes_nothing() {
    let root = root("root-deadline");
    let untimed = on(&root, &["list", "-o", "json"]).ends(0);
    let timed = on(&root, &["list", "-o", "json", "--timeout", "60s"]).ends(0);
    assert_eq!(timed.stdout, untimed.stdout);
    let wanted = config("{ match: { pci: '0000:fe:00.0' }, numVfs: 2 }");
    let plan = ["--root", root.to_str().unwrap(), "plan", "-f", "-", "--timeout", "60s"];
    let plan = feed(&plan, wanted).ends(0);
    assert!(plan.stdout.contains("createVfs"), "stdin arrives: {plan:?}");
    let garbage = ["--root", root.to_str().unwrap(), "apply", "-f", "-", "--timeout", "60s"];
    feed(&garbage, vec![b'#'; 17 << 20]).ends(2).says(&["error[SRIOV-H007]"]);
}

#[test]
fn signals_reach_the_work() {
    let root = root("root-signal");
    for (signal, deadline) in [("INT", None), ("TERM", Some("60s"))] {
        let mut args = vec!["--root", root.to_str().unwrap(), "-v"];
        args.extend(["wait", "--pf", "0000:fe:00.0", "--vfs", "1"]);
        args.extend(deadline.iter().flat_map(|deadline| ["--timeout", deadline]));
        let child = command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Signals before the handlers are there end the process at once, and that is right, too.
        let pid = child.id().to_string();
        let begun = Instant::now();
        while !catches_signals(&pid, deadline.is_some()) {
            assert!(begun.elapsed() < Duration::from_secs(20), "no handler");
            std::thread::yield_now();
        }
        Command::new("kill").args(["-s", signal, &pid]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{signal}: {stderr}");
        assert!(stderr.contains("error[SRIOV-H049]"), "{signal}: {stderr}");
    }
}

/// Whether SIGINT and SIGTERM are caught by the process that does the work.
fn catches_signals(pid: &str, supervised: bool) -> bool {
    let worker = if supervised {
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        children.unwrap_or_default().trim().to_owned()
    } else {
        pid.to_owned()
    };
    let catches = |pid: &str| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0);
        let (int, term) = (1 << (2 - 1), 1 << (15 - 1));
        mask & int != 0 && mask & term != 0
    };
    !worker.is_empty() && catches(&worker) && catches(pid)
}
