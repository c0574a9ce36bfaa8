use std::time::Duration;

use super::LinuxHost;
use crate::netlink::{
    Message, Request, decode_link, decode_vfs, encode_vf_changes, is_unfit_name, link_dump,
    link_get, link_index, link_set, vf_dump, vf_get,
};
use crate::seam::{Link, LinkChange, LinkError, NetlinkFault, VfChange, VfLink, VfList};
use crate::{Errno, IfIndex};

/// Requests wait for each other in the kernel, and for drivers that talk to their firmware.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a driver may take for one VF on top.
const PATIENCE_PER_CHANGE: Duration = Duration::from_millis(250);

impl VfLink for LinuxHost {
    /// Links whose names are not UTF-8 are left out, with a warning.
    fn links(&self) -> Result<Vec<Link>, LinkError> {
        let failed = failed("list the links", None);
        let messages = self.ask(link_dump(), PATIENCE).map_err(&failed)?;
        let mut links = Vec::with_capacity(messages.len());
        for message in messages {
            match decode_link(&message.payload) {
                Ok(link) => links.push(link),
                // One odd name must not hide all the other links.
                Err(malformed) if is_unfit_name(&malformed) => {
                    tracing::warn!(%malformed, "left out a link whose name is no text");
                }
                Err(malformed) => return Err(failed(malformed.into())),
            }
        }
        Ok(links)
    }

    fn link(&self, index: IfIndex) -> Result<Link, LinkError> {
        let link = || {
            let messages = self.ask(link_get(index), PATIENCE)?;
            let message = about(&messages, index)?;
            Ok(decode_link(&message.payload)?)
        };
        link().map_err(failed("read the attributes", Some(index)))
    }

    fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError> {
        let vfs = || {
            let messages = match self.ask(vf_get(pf), PATIENCE) {
                // Some kernels measure the reply to a single request too small
                // (`rtnl_getlink()` with InfiniBand GUIDs); parts of a dump are never too small.
                Err(fault) if fault.errno() == Some(Errno::MSGSIZE) => {
                    tracing::debug!(%pf, "the VF list did not fit its reply, asking for a dump");
                    self.ask(vf_dump(), PATIENCE)?
                }
                asked => asked?,
            };
            let message = about(&messages, pf)?;
            Ok(decode_vfs(&message.payload)?)
        };
        vfs().map_err(failed("read the VF list", Some(pf)))
    }

    fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError> {
        if changes.is_empty() {
            return Ok(());
        }
        let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let patience = PATIENCE.saturating_add(PATIENCE_PER_CHANGE.saturating_mul(count));
        self.ask(encode_vf_changes(pf, changes), patience)
            .map(|_| ())
            .map_err(failed("set the VFs", Some(pf)))
    }

    fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError> {
        let operation = match change {
            LinkChange::AdminUp(_) => "set the administrative state",
            LinkChange::Mtu(_) => "set the MTU",
            LinkChange::Name(_) => "change the name",
        };
        self.ask(link_set(index, change), PATIENCE)
            .map(|_| ())
            .map_err(failed(operation, Some(index)))
    }
}

impl LinuxHost {
    fn ask(&self, request: Request, patience: Duration) -> Result<Vec<Message>, NetlinkFault> {
        let reply = self.route.request(request, patience)?;
        super::warn(reply.warning.as_deref());
        Ok(reply.messages)
    }
}

fn failed(operation: &'static str, index: Option<IfIndex>) -> impl Fn(NetlinkFault) -> LinkError {
    move |source| LinkError { operation, index, source }
}

/// The message about one link, out of those about all.
fn about(messages: &[Message], index: IfIndex) -> Result<&Message, NetlinkFault> {
    messages
        .iter()
        .find(|message| link_index(&message.payload) == Some(index))
        .ok_or(NetlinkFault::refused(Errno::NODEV))
}
