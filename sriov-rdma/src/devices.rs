//! The RDMA devices of this network namespace, with who uses them.

use serde::Serialize;
use sriov_host::plan::Holder;
use sriov_host::seam::{Availability, RdmaDevice, RdmaError, RdmaPort, RdmaSystem, Sysfs};
use sriov_host::{Guid, IfName, RdmaDeviceName, RdmaIndex};

use crate::in_use::{DeviceUsers, Opened, UsersError, users_among};

/// A device. What the kernel did not report is `None`, and `null` in JSON.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceReport {
    /// Its number, which names do not change.
    pub index: RdmaIndex,
    /// Its name.
    pub name: RdmaDeviceName,
    /// What it is, as `ca` or `rnic`.
    pub node_type: Option<String>,
    /// The protocol of its first port: `ib`, `roce`, `iw`, `opa` or `usnic`.
    pub protocol: Option<String>,
    /// The node GUID. All zero is reported as it is.
    pub node_guid: Option<Guid>,
    /// The GUID of the card it is on.
    pub sys_image_guid: Option<Guid>,
    /// The version of its firmware.
    pub fw_version: Option<String>,
    /// The netdev of the first port that has one in this namespace.
    pub netdev: Option<IfName>,
    /// Its ports, by number.
    pub ports: Vec<PortReport>,
    /// Whether somebody uses it, or may: processes that could not be looked into count as users,
    /// and are told in `users`.
    pub in_use: bool,
    /// Who uses it, or may.
    pub users: Vec<Holder>,
}

/// A port of a device.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PortReport {
    /// Its number, from 1.
    pub number: u32,
    /// Its logical state, as `ACTIVE`.
    pub state: Option<String>,
    /// Its physical state, as `LINK_UP`.
    pub physical_state: Option<String>,
    /// Its netdev, if that is in this namespace.
    pub netdev: Option<IfName>,
    /// The local identifier; InfiniBand only.
    pub lid: Option<u32>,
    /// The local identifier of the subnet manager; InfiniBand only.
    pub sm_lid: Option<u32>,
    /// The mask of the local identifier; InfiniBand only.
    pub lmc: Option<u8>,
}

/// The devices that the caller's namespace sees, by number. Looks once over `/proc`.
///
/// # Errors
///
/// [`DevicesError`] if the kernel does not tell. A device that goes meanwhile is left out.
pub fn devices(
    host: &dyn Sysfs,
    rdma: &dyn RdmaSystem,
) -> Result<Availability<Vec<DeviceReport>>, DevicesError> {
    let found = match rdma.rdma_devices().map_err(DevicesError::Unreadable)? {
        Availability::Available(found) => found,
        Availability::NotLoaded => return Ok(Availability::NotLoaded),
        Availability::Unsupported => return Ok(Availability::Unsupported),
    };
    let opened = Opened::scan(host).map_err(UsersError::Sysfs)?;
    let mut reports = Vec::new();
    for device in &found {
        match users_among(host, rdma, device, &opened) {
            Ok(users) => reports.push(report(device, &users)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    reports.sort_by_key(|report| report.index.get());
    Ok(Availability::Available(reports))
}

fn report(device: &RdmaDevice, users: &DeviceUsers) -> DeviceReport {
    let ports: Vec<PortReport> = device.ports.iter().map(port).collect();
    DeviceReport {
        index: device.index,
        name: device.name.clone(),
        node_type: device.node_type.map(|kind| kind.to_string()),
        protocol: device.protocol.clone(),
        node_guid: device.node_guid,
        sys_image_guid: device.sys_image_guid,
        fw_version: device.firmware.clone(),
        netdev: ports.iter().find_map(|port| port.netdev.clone()),
        ports,
        in_use: users.in_use().unwrap_or(true),
        users: users.guarded().into_iter().map(|(_, holder)| holder).collect(),
    }
}

fn port(port: &RdmaPort) -> PortReport {
    PortReport {
        number: port.number,
        state: port.state.map(|state| state.to_string()),
        physical_state: port.physical_state.map(|state| state.to_string()),
        netdev: port.netdev.as_ref().map(|(_, name)| name.clone()),
        lid: port.lid,
        sm_lid: port.sm_lid,
        lmc: port.lmc,
    }
}

/// The devices cannot be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DevicesError {
    /// The kernel does not list them.
    #[error("cannot list the RDMA devices")]
    Unreadable(#[source] RdmaError),
    /// Their users cannot be told.
    #[error("cannot tell who uses the RDMA devices")]
    Users(#[from] UsersError),
}

impl DevicesError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => crate::codes::SUBSYSTEM_UNREADABLE.id,
            Self::Users(error) => error.code(),
        }
    }
}
