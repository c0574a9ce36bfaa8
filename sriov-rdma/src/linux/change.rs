use std::time::Duration;

use sriov_host::netlink::{Crossing, Netlink};
use sriov_host::seam::{NetlinkFault, RdmaChange};
use sriov_host::{Errno, Netns, RdmaIndex};

use super::LinuxRdma;
use super::ask::accepted;
use crate::nldev::{device_move, device_rename, link_add, link_delete, system_set};

impl LinuxRdma {
    /// One message, without a look at what is there: that is the caller's.
    pub(super) fn change(
        &self,
        change: &RdmaChange,
        deadline: Duration,
    ) -> Result<(), NetlinkFault> {
        let netlink = self.session()?;
        let request = match change {
            RdmaChange::NetnsMode(mode) => system_set(*mode),
            RdmaChange::Rename { device, name } => device_rename(*device, name),
            RdmaChange::AddLink { name, kind, netdev } => link_add(name, kind, netdev),
            RdmaChange::DeleteLink { device } => link_delete(*device),
            RdmaChange::Move { device, from, to } => {
                return self.relocate(&netlink, *device, (from.clone(), to.clone()), deadline);
            }
            _ => return Err(NetlinkFault::refused(Errno::OPNOTSUPP)),
        };
        netlink.request(request, deadline).map(|reply| drop(accepted(reply)))
    }

    fn relocate(
        &self,
        netlink: &Netlink,
        device: RdmaIndex,
        (from, to): (Option<Netns>, Netns),
        deadline: Duration,
    ) -> Result<(), NetlinkFault> {
        let crossing = Crossing { root: self.host.root().to_owned(), from, to };
        let request = move |namespace| device_move(device, namespace);
        netlink.request_across(crossing, request, deadline).map(|reply| drop(accepted(reply)))
    }
}

/// The device that a change is about, if it is about one that exists.
pub(super) const fn device(change: &RdmaChange) -> Option<RdmaIndex> {
    match change {
        RdmaChange::Rename { device, .. }
        | RdmaChange::Move { device, .. }
        | RdmaChange::DeleteLink { device } => Some(*device),
        _ => None,
    }
}
