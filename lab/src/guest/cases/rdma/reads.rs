//! What the product reads, against what iproute2 and sysfs show.

use serde_json::{Map, Value, json};
use sriov_host::seam::{Availability, RdmaDevice, RdmaResource, RdmaSystem};
use sriov_rdma::LinuxRdma;

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::hold::{Held, Holder};
use super::super::super::probe::Changes;
use super::super::super::rdma::{self, SoftDevice};
use super::super::super::sys;
use super::{FORM, devices, index, told};

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_settings_are_those_of_iproute2", settings),
    Case::new(FORM, "rdma_devices_are_those_of_iproute2", all_devices),
    Case::new(FORM, "rdma_usage_is_that_of_iproute2", usage),
    Case::new(FORM, "rdma_counters_are_those_of_iproute2", counters),
    Case::new(FORM, "rdma_reading_loads_no_module", unloaded),
    Case::new(FORM, "rdma_reading_without_modprobe_says_not_loaded", no_modprobe),
];

/// `RDMA_NLDEV_ATTR_NAME_ASSIGN_TYPE` of the kernel's `rdma/rdma_netlink.h`.
const NAME_ASSIGN_TYPE: u16 = 101;

fn settings() -> Done {
    for mode in ["exclusive", "shared"] {
        rdma::set_mode(mode)?;
        let changes = Changes::counted()?;
        let found = LinuxRdma::system().rdma_settings().map_err(|e| told(&e))?;
        changes.none()?;
        let found = found.available().ok_or("no settings are available")?;
        let words = rdma::tool(&["system"])?.out;
        let mut words = words.split_whitespace();
        let mut word = |name: &str| {
            words
                .clone()
                .position(|w| w == name)
                .and_then(|at| words.nth(at + 1))
                .map(str::to_owned)
        };
        same("mode", &found.netns_mode.map(|m| m.to_string()), &word("netns"))?;
        let forks = found.copy_on_fork.map(|on| if on { "on" } else { "off" }.to_owned());
        same("copy on fork", &forks, &word("copy-on-fork"))?;
        same("mode in sysfs", &rdma::mode()?, &mode)?;
        same("mode", &found.netns_mode.map(|m| m.to_string()).as_deref(), &Some(mode))?;
        same("what is not understood", &found.unknown, &Vec::new())?;
    }
    Ok(())
}

fn all_devices() -> Done {
    let _made = (SoftDevice::rxe()?, SoftDevice::siw()?);
    let changes = Changes::counted()?;
    let found = devices()?;
    changes.none()?;
    let mut shown = Vec::new();
    for mut device in rdma::list(&["dev"])? {
        // iproute2 has its own words for these bits, and none for some.
        device.as_object_mut().and_then(|fields| fields.remove("caps"));
        shown.push(device);
    }
    same("devices", &found.iter().map(device_fields).collect::<Vec<_>>(), &shown)?;
    let ports: Vec<Value> = found.iter().flat_map(port_fields).collect();
    same("ports", &ports, &rdma::list(&["link"])?)?;
    for device in &found {
        let folder = format!("/sys/class/infiniband/{}", device.name);
        let guid = device.node_guid.map(|guid| guid.to_string());
        same(
            "node GUID in sysfs",
            &guid.map(digits),
            &sys::read(format!("{folder}/node_guid")).map(digits).ok(),
        )?;
        // How it came by its name, which is of no use here.
        let unknown: Vec<u16> = device.unknown.iter().map(|unknown| unknown.kind).collect();
        let left: Vec<u16> = unknown.into_iter().filter(|kind| *kind != NAME_ASSIGN_TYPE).collect();
        same("what is not understood", &left, &Vec::new())?;
    }
    let protocols: Vec<_> = found.iter().map(|device| device.protocol.as_deref()).collect();
    same("protocols", &protocols, &vec![Some("roce"), Some("iw")])
}

/// GUIDs are grouped in several ways.
fn digits(guid: impl AsRef<str>) -> String {
    guid.as_ref().replace(':', "")
}

/// A device in the words of `rdma -j -d dev`.
fn device_fields(device: &RdmaDevice) -> Value {
    // In groups of four digits.
    let guid = |guid: &sriov_host::Guid| {
        let digits = digits(guid.to_string());
        let group = |at: usize| digits.get(at..at + 4).unwrap_or("?").to_owned();
        [0, 4, 8, 12].map(group).join(":")
    };
    let mut fields = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("ifindex", Some(device.index.get().into()));
    add("ifname", Some(device.name.as_str().into()));
    add("node_type", device.node_type.map(|kind| kind.to_string().into()));
    add("fw", device.firmware.clone().map(Value::from));
    add("node_guid", device.node_guid.as_ref().map(|g| guid(g).into()));
    add("sys_image_guid", device.sys_image_guid.as_ref().map(|g| guid(g).into()));
    add("adaptive-moderation", device.adaptive_moderation.map(Value::from));
    fields.into()
}

/// Its ports in the words of `rdma -j -d link`.
fn port_fields(device: &RdmaDevice) -> Vec<Value> {
    let port = |port: &sriov_host::seam::RdmaPort| {
        json!({
            "ifindex": device.index.get(),
            "ifname": device.name.as_str(),
            "port": port.number,
            "state": port.state.map(|state| state.to_string()),
            "physical_state": port.physical_state.map(|state| state.to_string()),
            "netdev": port.netdev.as_ref().map(|(_, name)| name.as_str()),
            "netdev_index": port.netdev.as_ref().map(|(index, _)| index.get()),
        })
    };
    device.ports.iter().map(port).collect()
}

fn usage() -> Done {
    for device in [SoftDevice::rxe()?, SoftDevice::siw()?] {
        is_shown_usage(&device)?;
        let context = Holder::start(Held::Context(&device.uverbs()?))?;
        is_shown_usage(&device)?;
        drop(context);
    }
    Ok(())
}

fn is_shown_usage(device: &SoftDevice) -> Done {
    let found = LinuxRdma::system().rdma_usage(index(device)?).map_err(|e| told(&e))?;
    let mut shown = device.resources()?;
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !matches!(name.as_str(), "ifindex" | "ifname"));
    }
    let counts: Map<String, Value> =
        found.counts.into_iter().map(|(name, count)| (name, count.into())).collect();
    same("counts", &Value::from(counts), &shown)?;
    let mut owners = Vec::new();
    for (kind, resource) in [
        ("qp", RdmaResource::QueuePair),
        ("cm_id", RdmaResource::CmId),
        ("cq", RdmaResource::CompletionQueue),
        ("mr", RdmaResource::MemoryRegion),
        ("pd", RdmaResource::ProtectionDomain),
    ] {
        for entry in rdma::list(&["resource", "show", kind])? {
            if entry["ifindex"] == device.index() {
                let name = entry["comm"].as_str().map(str::to_owned);
                let pid = entry["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok());
                let kernel = if pid.is_some() { None } else { name };
                owners.push(sriov_host::seam::RdmaOwner { resource, pid, kernel });
            }
        }
    }
    let mut told_owners = found.owners;
    told_owners.sort();
    owners.sort();
    same("owners", &told_owners, &owners)
}

fn counters() -> Done {
    let rxe = SoftDevice::rxe()?;
    let found = LinuxRdma::system().rdma_counters(index(&rxe)?, 1).map_err(|e| told(&e))?;
    let shown = rdma::list(&["statistic", "show", "link", "rxe0/1"])?;
    let mut shown = shown.into_iter().next().unwrap_or_default();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !matches!(name.as_str(), "ifindex" | "ifname" | "port"));
    }
    holds(
        || format!("iproute2 shows no counters: {shown}"),
        shown.as_object().is_some_and(|f| !f.is_empty()),
    )?;
    let counters: Map<String, Value> =
        found.into_iter().map(|counter| (counter.name, counter.value.into())).collect();
    same("counters", &Value::from(counters), &shown)
}

fn unloaded() -> Done {
    rdma::unload()?;
    let before = rdma::modules()?;
    let changes = Changes::counted()?;
    all_say_not_loaded()?;
    changes.none()?;
    same("modules", &rdma::modules()?, &before)?;
    // Opening the socket, as iproute2 does it, is what would have loaded it.
    rdma::tool(&["system"])?;
    let loaded = rdma::modules()?.iter().any(|module| module == "ib_core");
    same("whether opening a socket loads it", &loaded, &true)
}

fn no_modprobe() -> Done {
    rdma::unload()?;
    let _none = rdma::NoModprobe::set()?;
    all_say_not_loaded()?;
    holds(
        || "ib_core came without modprobe".to_owned(),
        rdma::tool(&["system"])?.status != Some(0),
    )?;
    all_say_not_loaded()
}

fn all_say_not_loaded() -> Done {
    let system = LinuxRdma::system();
    let settings = system.rdma_settings().map_err(|e| told(&e))?;
    same("settings", &settings, &Availability::NotLoaded)?;
    let devices = system.rdma_devices().map_err(|e| told(&e))?;
    same("devices", &devices, &Availability::NotLoaded)?;
    holds(|| "events of nothing are heard".to_owned(), system.watch_rdma().is_err())
}
