//! Soft RDMA devices, and the subsystem as iproute2 and sysfs show it.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use sriov_host::RdmaDeviceName;

use crate::contract::RdmaHooks;

use super::case::{Done, holds};
use super::exec::Ran;
use super::hold::Holder;
use super::{exec, netns, sys};

const PROGRAM: &str = "/bin/rdma";
/// Netdevs without hardware, one for each device that a case may want.
pub(super) const NETDEVS: [&str; 2] = ["lab0", "lab1"];
/// The load-time parameter, which follows the live mode.
pub(super) const MODE: &str = "/sys/module/ib_core/parameters/netns_mode";
/// In the order they are loaded.
const MODULES: [&str; 4] = ["ib_core", "ib_uverbs", "rdma_rxe", "siw"];

/// Runs iproute2's tool to its end.
pub(super) fn tool(arguments: &[&str]) -> Result<Ran, String> {
    exec::run(&[&[PROGRAM], arguments].concat())
}

/// What iproute2's tool prints, which must work.
pub(super) fn shown(arguments: &[&str]) -> Result<Value, String> {
    let ran = tool(&[&["-j", "-d"], arguments].concat())?;
    ran.expect(0)?;
    // Where there is nothing to show, it prints nothing at all.
    if ran.out.trim().is_empty() { Ok(Value::Array(Vec::new())) } else { ran.json() }
}

/// The entries of a list that iproute2's tool prints.
pub(super) fn list(arguments: &[&str]) -> Result<Vec<Value>, String> {
    let shown = shown(arguments)?;
    shown.as_array().cloned().ok_or_else(|| format!("no list: {shown}"))
}

/// The live mode, as sysfs has it: `exclusive` or `shared`.
pub(super) fn mode() -> Result<&'static str, String> {
    match sys::read(MODE)?.as_str() {
        "Y" => Ok("shared"),
        "N" => Ok("exclusive"),
        other => Err(format!("{MODE} says {other:?}")),
    }
}

/// Sets the live mode without the product. A namespace that was just deleted may still be in the
/// way for a moment.
pub(super) fn set_mode(mode: &str) -> Done {
    let mut last = String::new();
    sys::until("the mode is set", Duration::from_secs(10), || {
        match tool(&["system", "set", "netns", mode]) {
            Ok(ran) => {
                last.clone_from(&ran.err);
                ran.status == Some(0)
            }
            Err(problem) => {
                last = problem;
                false
            }
        }
    })
    .map_err(|e| format!("{e}: {last}"))
}

/// A soft device; it is removed when it is dropped.
pub(super) struct SoftDevice {
    index: u64,
}

impl SoftDevice {
    /// Adds a device of a driver on top of a netdev.
    pub(super) fn add(name: &str, kind: &str, netdev: &str) -> Result<Self, String> {
        exec::done(&[PROGRAM, "link", "add", name, "type", kind, "netdev", netdev])?;
        let devices = list(&["dev"])?;
        let mut devices = devices.into_iter();
        let found = devices.find(|device| device["ifname"] == name);
        let index = found.and_then(|device| device["ifindex"].as_u64());
        Ok(Self { index: index.ok_or_else(|| format!("there is no {name}"))? })
    }

    pub(super) fn rxe() -> Result<Self, String> {
        Self::add("rxe0", "rxe", NETDEVS[0])
    }

    pub(super) fn siw() -> Result<Self, String> {
        Self::add("siw0", "siw", NETDEVS[1])
    }

    /// Its number, which names do not change.
    pub(super) fn index(&self) -> u64 {
        self.index
    }

    /// As iproute2 prints it; `None` if it is not seen.
    pub(super) fn shown(&self) -> Result<Option<Value>, String> {
        Ok(list(&["dev"])?.into_iter().find(|device| device["ifindex"] == self.index))
    }

    /// Its name.
    pub(super) fn name(&self) -> Result<String, String> {
        let shown = self.shown()?.ok_or_else(|| format!("device {} is not seen", self.index))?;
        shown["ifname"].as_str().map(str::to_owned).ok_or_else(|| format!("no name in {shown}"))
    }

    /// The counters of what is allocated on it.
    pub(super) fn resources(&self) -> Result<Value, String> {
        let shown = list(&["resource", "show", &self.name()?])?;
        let mut shown = shown.into_iter();
        shown.find(|entry| entry["ifindex"] == self.index).ok_or_else(|| "no resources".to_owned())
    }

    /// Its file for users.
    pub(super) fn uverbs(&self) -> Result<String, String> {
        uverbs(&self.name()?)
    }
}

impl Drop for SoftDevice {
    fn drop(&mut self) {
        // A case may have removed it already; one that stays is removed before the next case.
        let Ok(name) = self.name() else { return };
        drop(tool(&["link", "delete", &name]));
    }
}

/// The file of a device for its users.
fn uverbs(device: &str) -> Result<String, String> {
    let folder = "/sys/class/infiniband_verbs";
    let mut nodes = sys::names(folder).into_iter();
    let is_its = |node: &String| {
        sys::read(format!("{folder}/{node}/ibdev")).is_ok_and(|other| other == device)
    };
    let node = nodes.find(is_its).ok_or_else(|| format!("no uverbs of {device}"))?;
    Ok(format!("/dev/infiniband/{node}"))
}

/// Which of the modules are loaded, as the kernel tells it.
pub(super) fn modules() -> Result<Vec<String>, String> {
    let text = sys::read("/proc/modules")?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// The kernel finds no program to load modules with; it does again when this is dropped.
pub(super) struct NoModprobe(String);

impl NoModprobe {
    const PATH: &str = "/proc/sys/kernel/modprobe";

    pub(super) fn set() -> Result<Self, String> {
        let before = sys::read(Self::PATH)?;
        sys::write(Self::PATH, "/none")?;
        Ok(Self(before))
    }
}

impl Drop for NoModprobe {
    fn drop(&mut self) {
        // If it fails, the cases that need a module loaded by the kernel say so.
        drop(sys::write(Self::PATH, &self.0));
    }
}

/// What the contract needs from outside of the product.
#[derive(Default)]
pub(super) struct Hooks(Mutex<Option<Holder>>);

impl Hooks {
    fn hold(&self, holder: Option<Holder>) -> Done {
        *self.0.lock().map_err(|e| e.to_string())? = holder;
        Ok(())
    }
}

impl RdmaHooks for Hooks {
    fn add_namespace(&self, name: &str) -> Done {
        exec::done(&["/bin/ip", "netns", "add", name]).map(drop)
    }

    fn delete_namespace(&self, name: &str) -> Done {
        if !Path::new(&netns::path(name)).exists() {
            return Ok(());
        }
        exec::done(&["/bin/ip", "netns", "delete", name]).map(drop)
    }

    fn open_device(&self, device: &RdmaDeviceName) -> Done {
        self.hold(Some(Holder::of(&uverbs(device.as_str())?)?))
    }

    fn close_device(&self) -> Done {
        self.hold(None)
    }

    fn set_loaded(&self, loaded: bool) -> Done {
        if loaded { load() } else { unload() }
    }
}

/// Unloads the whole subsystem.
pub(super) fn unload() -> Done {
    let loaded = modules()?;
    let mut wanted: Vec<&str> = MODULES.into_iter().rev().collect();
    wanted.retain(|module| loaded.iter().any(|other| other == module));
    if !wanted.is_empty() {
        exec::done(&[&["/bin/modprobe", "-r"], wanted.as_slice()].concat())?;
    }
    let left = modules()?;
    holds(|| format!("ib_core is still loaded: {left:?}"), !left.iter().any(|m| m == "ib_core"))
}

/// Loads the subsystem and its soft drivers.
pub(super) fn load() -> Done {
    for module in MODULES {
        exec::done(&["/sbin/modprobe", module])?;
    }
    Ok(())
}

/// The subsystem as a case may expect it: loaded, in shared mode, without devices and namespaces.
pub(super) fn fresh() -> Done {
    netns::delete_all()?;
    for netdev in NETDEVS {
        if sys::names("/sys/class/net").iter().all(|name| name != netdev) {
            exec::done(&["/bin/ip", "link", "add", netdev, "type", "dummy"])?;
            exec::done(&["/bin/ip", "link", "set", "dev", netdev, "up"])?;
        }
    }
    for left in ["/etc/modprobe.d/sriov-rdma.conf", "/var/lib/sriov", "/run/sriov"] {
        exec::done(&["/bin/rm", "-rf", left])?;
    }
    load()?;
    for device in list(&["dev"])? {
        let name = device["ifname"].as_str().unwrap_or_default();
        exec::done(&[PROGRAM, "link", "delete", name])?;
    }
    set_mode("shared")
}
