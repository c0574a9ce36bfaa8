//! Soft devices: making, renaming, deleting and moving them.

use std::time::Duration;

use sriov_host::seam::{
    HostEvent, HostPath, PhysicalState, PortState, RdmaChange, RdmaEvent, RdmaEventKind, RdmaWake,
    Uevent, Wake,
};
use sriov_host::{Errno, NetnsMode, RdmaIndex};

use super::bench::{Outcome, PATIENCE, expect, require, tell};
use super::rdma::rdma_case_list;
use super::rdma_bench::{RdmaBench, device_name, namespace, refused};

rdma_case_list![
    rdma_link_is_listed,
    rdma_link_is_gone_after_its_deletion,
    rdma_link_needs_a_free_netdev,
    rdma_link_needs_a_netdev,
    rdma_link_needs_a_known_kind,
    rdma_port_names_its_netdev,
    rdma_rename_keeps_the_number,
    rdma_unknown_device_is_invalid,
    rdma_move_is_refused_in_shared_mode,
    rdma_move_of_a_soft_device_is_refused,
    rdma_monitor_tells_new_and_removed_devices,
    rdma_uevents_come_in_order,
];

/// A number that no device has.
const NOBODY: RdmaIndex = RdmaIndex::new(0x00ff_fff0);

fn rdma_link_is_listed(b: &RdmaBench<'_>) -> Outcome {
    b.try_link("rxe_lab", "rxe", b.rig.netdev.as_str())?.0.map_err(|error| tell(&error))?;
    let device = b.device("rxe_lab")?.ok_or("the new device is not listed")?;
    expect("protocol", device.protocol.as_deref(), Some("roce"))?;
    expect("firmware", device.firmware, None)?;
    expect("numbers of its ports", device.ports.iter().map(|port| port.number).collect(), vec![1])?;
    let guid = HostPath::new("/sys/class/infiniband/rxe_lab/node_guid");
    let guid = b.host.read(&guid).map_err(|error| tell(&error))?;
    let in_sysfs = guid.parse().map_err(|error| tell(&error))?;
    expect("node GUID", device.node_guid, Some(in_sysfs))
}

fn rdma_link_is_gone_after_its_deletion(b: &RdmaBench<'_>) -> Outcome {
    let device = b.link("rxe_lab", "rxe")?;
    b.change(&RdmaChange::DeleteLink { device })?;
    expect("devices", b.devices()?.len(), 0)?;
    expect("its folder", b.is_there("/sys/class/infiniband/rxe_lab")?, false)?;
    // The netdev is free again.
    b.link("rxe_lab", "rxe").map(drop)
}

fn rdma_link_needs_a_free_netdev(b: &RdmaBench<'_>) -> Outcome {
    b.link("rxe_lab", "rxe")?;
    let second = b.try_link("rxe_two", "rxe", b.rig.netdev.as_str())?.0;
    refused("a second device on the netdev", second, Errno::EXIST)
}

fn rdma_link_needs_a_netdev(b: &RdmaBench<'_>) -> Outcome {
    let answer = b.try_link("rxe_lab", "rxe", "nonesuch0")?.0;
    refused("a device without a netdev", answer, Errno::NODEV)
}

fn rdma_link_needs_a_known_kind(b: &RdmaBench<'_>) -> Outcome {
    let answer = b.try_link("rxe_lab", "nonesuch", b.rig.netdev.as_str())?.0;
    refused("a device of an unknown kind", answer, Errno::INVAL)
}

fn rdma_port_names_its_netdev(b: &RdmaBench<'_>) -> Outcome {
    b.link("rxe_lab", "rxe")?;
    let device = b.device("rxe_lab")?.ok_or("the new device is not listed")?;
    let port = device.ports.first().ok_or("the device has no port")?;
    expect("state", port.state, Some(PortState::Active))?;
    expect("physical state", port.physical_state, Some(PhysicalState::LinkUp))?;
    let (index, name) = port.netdev.clone().ok_or("the port has no netdev")?;
    expect("name of the netdev", &name, &b.rig.netdev)?;
    let path = HostPath::new("/sys/class/net").join(name.as_str()).join("ifindex");
    let number = b.host.read(&path).map_err(|error| tell(&error))?;
    expect("number of the netdev", index.to_string(), number)
}

fn rdma_rename_keeps_the_number(b: &RdmaBench<'_>) -> Outcome {
    let device = b.link("rxe_lab", "rxe")?;
    b.change(&RdmaChange::Rename { device, name: device_name("rxe_two")? })?;
    let renamed = b.device("rxe_two")?.map(|it| it.index);
    expect("number behind the new name", renamed, Some(device))?;
    expect("folder of the old name", b.is_there("/sys/class/infiniband/rxe_lab")?, false)?;
    b.change(&RdmaChange::Rename { device, name: device_name("rxe_two")? })
}

fn rdma_unknown_device_is_invalid(b: &RdmaBench<'_>) -> Outcome {
    let rename = RdmaChange::Rename { device: NOBODY, name: device_name("rxe_two")? };
    refused("renaming nobody", b.try_change(&rename), Errno::INVAL)?;
    let delete = RdmaChange::DeleteLink { device: NOBODY };
    refused("deleting nobody", b.try_change(&delete), Errno::INVAL)?;
    refused("the usage of nobody", b.rdma.rdma_usage(NOBODY).map(drop), Errno::INVAL)
}

fn rdma_move_is_refused_in_shared_mode(b: &RdmaBench<'_>) -> Outcome {
    let device = b.link("rxe_lab", "rxe")?;
    b.add_namespace()?;
    let change = RdmaChange::Move { device, from: None, to: namespace()? };
    refused("the move in shared mode", b.try_change(&change), Errno::OPNOTSUPP)
}

fn rdma_move_of_a_soft_device_is_refused(b: &RdmaBench<'_>) -> Outcome {
    b.set_mode_soon(NetnsMode::Exclusive)?;
    let device = b.link("rxe_lab", "rxe")?;
    b.add_namespace()?;
    let change = RdmaChange::Move { device, from: None, to: namespace()? };
    refused("the move of a soft device", b.try_change(&change), Errno::OPNOTSUPP)?;
    require("the device is not where it was", b.device("rxe_lab")?.is_some())
}

fn rdma_monitor_tells_new_and_removed_devices(b: &RdmaBench<'_>) -> Outcome {
    let mut events = b.rdma.watch_rdma().map_err(|error| tell(&error))?;
    let device = b.link("rxe_lab", "rxe")?;
    b.change(&RdmaChange::DeleteLink { device })?;
    let (mut seen, end) = (Vec::<RdmaEvent>::new(), b.host.now() + PATIENCE);
    let told = |seen: &[RdmaEvent], kind| seen.iter().find(|event| event.kind == kind).cloned();
    while told(&seen, RdmaEventKind::Unregistered).is_none() {
        match events.next(Duration::from_secs(1)).map_err(|error| tell(&error))? {
            RdmaWake::Event(event) if event.device == device => seen.push(event),
            RdmaWake::Lost => return Err("events were lost".to_owned()),
            RdmaWake::TimedOut if b.host.now() > end => {
                return Err(format!("the events did not come; seen {seen:?}"));
            }
            RdmaWake::Event(_) | RdmaWake::TimedOut => {}
        }
    }
    let first = seen.first().map(|event| event.kind);
    expect("first event", first, Some(RdmaEventKind::Registered))?;
    let attached = told(&seen, RdmaEventKind::NetdevAttached);
    require("no event tells the netdev", attached.is_some_and(|event| event.netdev.is_some()))
}

fn rdma_uevents_come_in_order(b: &RdmaBench<'_>) -> Outcome {
    let mut stream = b.host.subscribe().map_err(|error| tell(&error))?;
    let device = b.link("rxe_lab", "rxe")?;
    b.change(&RdmaChange::Rename { device, name: device_name("rxe_two")? })?;
    let (mut seen, end) = (Vec::<Uevent>::new(), b.host.now() + PATIENCE);
    let is_move = |event: &Uevent| {
        event.action == "move" && event.devpath == "/devices/virtual/infiniband/rxe_two"
    };
    while !seen.iter().any(is_move) {
        match stream.next(Duration::from_secs(1)).map_err(|error| tell(&error))? {
            Wake::Event(HostEvent::Kernel(event)) => seen.push(event),
            Wake::Lost => return Err("events were lost".to_owned()),
            Wake::TimedOut if b.host.now() > end => {
                return Err(format!("the rename was not announced; seen {seen:?}"));
            }
            Wake::Event(_) | Wake::TimedOut => {}
        }
    }
    let old = seen.iter().find(|event| is_move(event)).and_then(|it| it.devpath_old.clone());
    let wanted = Some("/devices/virtual/infiniband/rxe_lab".to_owned());
    expect("old path of the rename", old, wanted)?;
    let added = |path: &str| {
        let add = |event: &Uevent| event.action == "add" && event.devpath.starts_with(path);
        seen.iter().position(add)
    };
    let verbs = added("/devices/virtual/infiniband_verbs/uverbs");
    let device = added("/devices/virtual/infiniband/rxe_lab");
    require("the verbs device is not announced first", verbs.is_some() && verbs < device)
}
