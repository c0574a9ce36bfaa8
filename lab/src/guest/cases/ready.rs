//! Readiness: not too early, not under a name that will change, and never without end.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::case::{Case, Done, holds, same};
use super::super::sriovctl::{self, Config};
use super::super::udev::{self, SLOW_VFS, Udev};
use super::super::{exec, nic, sys};

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "ready_means_that_a_slow_udev_is_done", slow_udev),
    Case::new("igb", "ready_after_apply_with_a_slow_udev", slow_udev_apply),
    Case::new("igb", "ready_without_udev", without_udev),
    Case::new("igb", "ready_says_that_a_driver_is_missing", no_driver),
    Case::new("igb", "ready_says_that_vfs_are_missing", too_few),
];

fn slow_udev() -> Done {
    let _udev = Udev::start(SLOW_VFS)?;
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "3")?;
    let waited = wait(0, "3", "60s")?;
    udev_knows_all()?;
    let said = names_in(&waited);
    same("readiness", &waited["ready"], &true.into())?;
    udev::settle()?;
    same("names that were said to be final", &said, &names())?;
    udev_renamed_all()
}

fn slow_udev_apply() -> Done {
    let _udev = Udev::start(SLOW_VFS)?;
    Config::count(nic::PF, 3)?.apply()?;
    udev_knows_all()?;
    let early = names();
    let listed = names_in(&sriovctl::listed(nic::PF)?);
    udev::settle()?;
    same("names after apply and after udev", &early, &names())?;
    same("names in the list", &listed, &names())?;
    udev_renamed_all()
}

fn without_udev() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "3")?;
    let waited = wait(0, "3", "30s")?;
    same("readiness", &waited["ready"], &true.into())?;
    same("names", &names_in(&waited), &names())
}

fn no_driver() -> Done {
    exec::done(&["/sbin/modprobe", "-r", "igbvf"])?;
    let done = no_driver_is_said();
    exec::done(&["/sbin/modprobe", "igbvf"])?;
    done
}

fn no_driver_is_said() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    let started = Instant::now();
    let waited = wait(4, "2", "5s")?;
    let took = started.elapsed();
    holds(|| format!("5 s took {took:?}"), took < Duration::from_secs(20))?;
    same("readiness", &waited["ready"], &false.into())?;
    same("stages", &stages_in(&waited), &vec!["pci".to_owned(); 2])
}

fn too_few() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "1")?;
    let waited = wait(4, "3", "5s")?;
    same("readiness", &waited["ready"], &false.into())?;
    let stages: Vec<String> = ["ready", "missing", "missing"].map(str::to_owned).into();
    same("stages", &stages_in(&waited), &stages)
}

fn wait(status: i32, vfs: &str, timeout: &str) -> Result<Value, String> {
    sriovctl::json(status, &["--timeout", timeout, "wait", "--pf", nic::PF, "--vfs", vfs])
}

fn names() -> Vec<String> {
    nic::vfs(nic::PF).iter().filter_map(|vf| nic::netdev(vf)).collect()
}

fn names_in(document: &Value) -> Vec<String> {
    texts(document, "name")
}

fn stages_in(document: &Value) -> Vec<String> {
    texts(document, "stage")
}

fn texts(document: &Value, key: &str) -> Vec<String> {
    let vfs = document["vfs"].as_array().cloned().unwrap_or_default();
    vfs.iter().filter_map(|vf| vf[key].as_str().map(str::to_owned)).collect()
}

/// udev writes a netdev's record when it is done with it, and not before.
fn udev_knows_all() -> Done {
    for vf in nic::vfs(nic::PF) {
        let record = format!("/run/udev/data/n{}", nic::ifindex(&vf)?);
        holds(
            || format!("{vf} was called ready before udev was done"),
            Path::new(&record).exists(),
        )?;
        let text = sys::read(&record)?;
        holds(
            || format!("{vf} was called ready while being renamed"),
            !text.contains("ID_RENAMING"),
        )?;
    }
    Ok(())
}

/// Without renames these cases would show nothing.
fn udev_renamed_all() -> Done {
    let wanted = (0..3).map(|i| format!("enp1s0v{i}")).collect();
    same("names by udev", &names(), &wanted)
}
