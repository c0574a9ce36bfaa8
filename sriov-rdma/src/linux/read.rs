use sriov_host::netlink::{Message, Netlink};
use sriov_host::seam::{
    Availability, NetlinkFault, RdmaCounter, RdmaDevice, RdmaError, RdmaPort, RdmaSettings,
    RdmaUsage,
};
use sriov_host::{Errno, RdmaIndex};

use super::ask::{PATIENCE, accepted, ask, first, is_refused};
use super::{LinuxRdma, failed};
use crate::nldev::{
    DeviceEntry, counter_get, decode_counters, decode_device, decode_owners, decode_port,
    decode_settings, decode_usage, device_dump, is_unfit_name, owner_dumps, port_dump, system_get,
    usage_get,
};

/// More ports than any device has: an announced number must not take all memory.
const MOST_PORTS: u32 = 4096;

impl LinuxRdma {
    pub(super) fn settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
        let operation = "read the RDMA settings";
        let settings = self.available(operation, |netlink| {
            let settings = || {
                // It reads variables of ib_core below a semaphore that all requests share: only the
                // module's own end takes that one alone, and it cannot end while a request hangs.
                let reply = netlink.request_here(system_get(), PATIENCE)?;
                let messages = accepted(reply);
                Ok(decode_settings(&first(&messages)?.payload)?)
            };
            settings().map_err(failed(operation, None))
        });
        match settings {
            // A kernel older than these settings does not know the command.
            Err(error) if is_refused(&error.source, &[Errno::INVAL]) => {
                Ok(Availability::Unsupported)
            }
            settings => settings,
        }
    }

    pub(super) fn devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
        let operation = "list the RDMA devices";
        self.available(operation, |netlink| {
            let entries = ask(netlink, device_dump()).and_then(|messages| entries(&messages));
            let mut devices = Vec::new();
            for entry in entries.map_err(failed(operation, None))? {
                let index = entry.device.index;
                let device = with_ports(netlink, entry)
                    .map_err(failed("list the ports of an RDMA device", Some(index)))?;
                devices.extend(device);
            }
            devices.sort_by_key(|device: &RdmaDevice| device.index);
            Ok(devices)
        })
    }

    pub(super) fn usage(&self, device: RdmaIndex) -> Result<RdmaUsage, NetlinkFault> {
        let netlink = self.session()?;
        let messages = ask(&netlink, usage_get(device))?;
        let counts = decode_usage(&first(&messages)?.payload)?;
        let mut owners = Vec::new();
        for (resource, request) in owner_dumps(device) {
            let messages = match ask(&netlink, request) {
                // The driver has no such list, or the kernel is older than it.
                Err(fault) if is_refused(&fault, &[Errno::OPNOTSUPP, Errno::INVAL]) => {
                    tracing::debug!(%device, ?resource, "who holds these is not told");
                    continue;
                }
                asked => asked?,
            };
            for message in &messages {
                owners.extend(decode_owners(&message.payload)?);
            }
        }
        Ok(RdmaUsage { counts, owners })
    }

    pub(super) fn counters(
        &self,
        device: RdmaIndex,
        port: u32,
    ) -> Result<Vec<RdmaCounter>, NetlinkFault> {
        let messages = ask(&self.session()?, counter_get(device, port))?;
        Ok(decode_counters(&first(&messages)?.payload)?)
    }
}

fn entries(messages: &[Message]) -> Result<Vec<DeviceEntry>, NetlinkFault> {
    let mut entries = Vec::with_capacity(messages.len());
    for message in messages {
        match decode_device(&message.payload) {
            Ok(entry) => entries.push(entry),
            // One odd name must not hide all the other devices.
            Err(malformed) if is_unfit_name(&malformed) => {
                tracing::warn!(%malformed, "left out an RDMA device with an unusual name");
            }
            Err(malformed) => return Err(malformed.into()),
        }
    }
    Ok(entries)
}

/// The device with its ports; `None` if it has vanished in between.
fn with_ports(netlink: &Netlink, entry: DeviceEntry) -> Result<Option<RdmaDevice>, NetlinkFault> {
    let DeviceEntry { mut device, ports } = entry;
    let Some(announced) = ports else { return Ok(Some(device)) };
    let messages = match ask(netlink, port_dump(device.index)) {
        Err(fault) if is_refused(&fault, &[Errno::INVAL, Errno::NODEV]) => return Ok(None),
        asked => asked?,
    };
    for message in messages {
        device.ports.push(decode_port(&message.payload)?);
    }
    add_silent_ports(&mut device.ports, announced);
    Ok(Some(device))
}

/// The kernel ends its list at the first port that its driver cannot be asked about. The rest of
/// them exist, and nothing is known of them.
fn add_silent_ports(ports: &mut Vec<RdmaPort>, announced: u32) {
    ports.sort_by_key(|port| port.number);
    let told = ports.clone();
    let silent = |number: &u32| told.binary_search_by_key(number, |port| port.number).is_err();
    let silent = (1..=announced.min(MOST_PORTS)).filter(silent);
    ports.extend(silent.map(|number| RdmaPort { number, ..RdmaPort::default() }));
    ports.sort_by_key(|port| port.number);
}
