//! The mode that the next load of `ib_core` takes.

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::{Value, json};

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::netns::Netns;
use super::super::super::probe::Changes;
use super::super::super::sriovctl::{self, steps};
use super::super::super::{exec, rdma, sys};
use super::FORM;

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_persist_is_taken_by_the_next_load", next_load),
    Case::new(FORM, "rdma_persist_asks_for_a_boot_where_the_kernel_refuses", next_boot),
];

const FILE: &str = "/etc/modprobe.d/sriov-rdma.conf";
const SET: [&str; 5] = ["rdma", "set", "--mode", "exclusive", "--persist"];

/// An initramfs as a distribution has it, without the module.
fn initramfs() -> Done {
    let release = sys::read("/proc/sys/kernel/osrelease")?;
    let script = format!(
        "set -e; mkdir -p /boot; cd $(mktemp -d)
         mkdir -p lib/modules/{release}/kernel; : > lib/modules/{release}/kernel/ext4.ko
         : > lib/modules/{release}/modules.dep; : > init
         find . | cpio -o -H newc 2>/dev/null | gzip > /boot/initrd.img-{release}"
    );
    exec::done(&["/bin/sh", "-c", &script]).map(drop)
}

/// What a file that was written anew would not keep.
fn identity() -> Result<(u64, i64, i64), String> {
    let data = fs::metadata(FILE).map_err(|e| format!("look at {FILE}: {e}"))?;
    Ok((data.ino(), data.mtime(), data.mtime_nsec()))
}

fn next_load() -> Done {
    initramfs()?;
    let applied = sriovctl::json(0, &SET)?;
    let outcomes: Vec<_> = steps(&applied)?.iter().map(|step| step["outcome"].clone()).collect();
    holds(
        || format!("outcomes: {outcomes:?}"),
        !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome == "done"),
    )?;
    same("mode", &rdma::mode()?, &"exclusive")?;
    let before = identity()?;
    let changes = Changes::counted()?;
    same("steps of a second call", &steps(&sriovctl::json(0, &SET)?)?.len(), &0)?;
    changes.none()?;
    same("the file", &identity()?, &before)?;
    let found = sriovctl::json(0, &["rdma", "verify", "--mode", "exclusive"])?;
    same("in sync", &found["inSync"], &true.into())?;
    let found = sriovctl::json(0, &["rdma", "get"])?;
    let wanted = json!({ "modprobe": "exclusive", "cmdline": null });
    same("persisted", &found["persisted"], &wanted)?;
    // What was set at run time is gone with the module: only the file is left to decide.
    rdma::unload()?;
    exec::done(&["/sbin/modprobe", "ib_core"])?;
    same("mode of the next load", &rdma::mode()?, &"exclusive")?;
    exec::done(&["/bin/rm", FILE])?;
    rdma::unload()?;
    exec::done(&["/sbin/modprobe", "ib_core"])?;
    same("mode without the file", &rdma::mode()?, &"shared")
}

fn next_boot() -> Done {
    initramfs()?;
    let _lab = Netns::named("lab")?;
    let asked = sriovctl::json(6, &SET)?;
    let reasons = asked["rebootReasons"].as_array().map(Vec::len);
    same("reasons for a boot", &reasons, &Some(1))?;
    same("mode", &rdma::mode()?, &"shared")?;
    let file = sys::read(FILE)?;
    holds(
        || format!("{FILE}: {file}"),
        file.lines().any(|line| line == "options ib_core netns_mode=0"),
    )?;
    let before = identity()?;
    let again = sriovctl::json(6, &SET)?;
    same("reasons for a boot", &again["rebootReasons"].as_array().map(Vec::len), &Some(1))?;
    same("the file", &identity()?, &before)?;
    let found = sriovctl::json(0, &["rdma", "get"])?;
    same("live mode", &found["live"], &Value::from("shared"))?;
    same("persisted", &found["persisted"]["modprobe"], &"exclusive".into())
}
