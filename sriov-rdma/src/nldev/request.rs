use std::os::fd::RawFd;

use sriov_host::netlink::Request;
use sriov_host::seam::{RdmaLinkKind, RdmaResource};
use sriov_host::{IfName, NetnsMode, RdmaDeviceName, RdmaIndex};

use super::number::{
    DELLINK, DEV_INDEX, DEV_NAME, GET, LINK_TYPE, NDEV_NAME, NET_NS_FD, NETNS_MODE, NEWLINK,
    OWNER_TABLES, PORT_GET, PORT_INDEX, RES_GET, SET, STAT_GET, SYS_GET, SYS_SET,
};

/// The request for the settings of the whole subsystem.
#[doc(alias = "RDMA_NLDEV_CMD_SYS_GET")]
pub fn system_get() -> Request {
    Request::get(SYS_GET)
}

/// The request that sets the netns mode.
#[doc(alias = "RDMA_NLDEV_CMD_SYS_SET")]
pub fn system_set(mode: NetnsMode) -> Request {
    Request::get(SYS_SET).with(|attributes| {
        attributes.u8(NETNS_MODE, mode.to_kernel());
    })
}

/// The request for all devices.
#[doc(alias = "RDMA_NLDEV_CMD_GET")]
pub fn device_dump() -> Request {
    Request::dump(GET)
}

/// The request that renames a device.
#[doc(alias = "RDMA_NLDEV_CMD_SET")]
pub fn device_rename(device: RdmaIndex, name: &RdmaDeviceName) -> Request {
    about(Request::get(SET), device).with(|attributes| {
        attributes.text(DEV_NAME, name.as_str());
    })
}

/// The request that moves a device to the network namespace of a file descriptor, which has to
/// stay open until the request is sent.
#[doc(alias = "RDMA_NLDEV_NET_NS_FD")]
pub fn device_move(device: RdmaIndex, namespace: RawFd) -> Request {
    about(Request::get(SET), device).with(|attributes| {
        attributes.u32(NET_NS_FD, namespace.cast_unsigned());
    })
}

/// The request that creates a soft device on a netdev.
#[doc(alias = "RDMA_NLDEV_CMD_NEWLINK")]
pub fn link_add(name: &RdmaDeviceName, kind: &RdmaLinkKind, netdev: &IfName) -> Request {
    Request::get(NEWLINK).with(|attributes| {
        attributes.text(DEV_NAME, name.as_str());
        attributes.text(LINK_TYPE, kind.as_str());
        attributes.text(NDEV_NAME, netdev.as_str());
    })
}

/// The request that deletes a soft device.
#[doc(alias = "RDMA_NLDEV_CMD_DELLINK")]
pub fn link_delete(device: RdmaIndex) -> Request {
    about(Request::get(DELLINK), device)
}

/// The request for all ports of a device.
#[doc(alias = "RDMA_NLDEV_CMD_PORT_GET")]
pub fn port_dump(device: RdmaIndex) -> Request {
    about(Request::dump(PORT_GET), device)
}

/// The request for one port of a device.
pub fn port_get(device: RdmaIndex, port: u32) -> Request {
    about_port(Request::get(PORT_GET), device, port)
}

/// The request for how much is allocated on a device.
#[doc(alias = "RDMA_NLDEV_CMD_RES_GET")]
pub fn usage_get(device: RdmaIndex) -> Request {
    about(Request::get(RES_GET), device)
}

/// The requests for who holds what on a device, one for each kind of resource.
///
/// Drivers answer only those they have a list for.
pub fn owner_dumps(device: RdmaIndex) -> impl Iterator<Item = (RdmaResource, Request)> {
    OWNER_TABLES.iter().map(move |kind| (kind.resource, about(Request::dump(kind.command), device)))
}

/// The request for the hardware counters of a port.
#[doc(alias = "RDMA_NLDEV_CMD_STAT_GET")]
pub fn counter_get(device: RdmaIndex, port: u32) -> Request {
    about_port(Request::get(STAT_GET), device, port)
}

fn about(request: Request, device: RdmaIndex) -> Request {
    request.with(|attributes| {
        attributes.u32(DEV_INDEX, device.get());
    })
}

fn about_port(request: Request, device: RdmaIndex, port: u32) -> Request {
    about(request, device).with(|attributes| {
        attributes.u32(PORT_INDEX, port);
    })
}
