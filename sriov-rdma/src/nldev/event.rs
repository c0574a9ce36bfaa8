use sriov_host::netlink::{Malformed, Message};
use sriov_host::seam::{RdmaEvent, RdmaEventKind};
use sriov_host::{IfIndex, RdmaIndex};

use super::field::{attributes, parsed};
use super::number::{DEV_INDEX, DEV_NAME, EVENT_TYPE, MONITOR, NDEV_INDEX, PORT_INDEX};

/// Decodes a message of the group [`NOTIFY_GROUP`](super::NOTIFY_GROUP); `None` if it is about
/// something else.
///
/// Who sent it is for the receiver to check.
///
/// # Errors
///
/// [`Malformed`], also without the device's number or what happened.
pub fn decode_event(message: &Message) -> Result<Option<RdmaEvent>, Malformed> {
    if message.kind != MONITOR {
        return Ok(None);
    }
    let (mut kind, mut device) = (None, None);
    let (mut name, mut port, mut netdev) = (None, None, None);
    for attribute in attributes(&message.payload) {
        let attribute = attribute?;
        match attribute.kind {
            EVENT_TYPE => kind = Some(event_kind(attribute.u8()?)),
            DEV_INDEX => device = Some(RdmaIndex::new(attribute.u32()?)),
            DEV_NAME => name = parsed(&attribute),
            PORT_INDEX => port = Some(attribute.u32()?),
            NDEV_INDEX => netdev = IfIndex::new(attribute.u32()?),
            _ => {}
        }
    }
    let missing = |problem| Malformed::new(message.payload.len(), problem);
    Ok(Some(RdmaEvent {
        kind: kind.ok_or(missing("what happened"))?,
        device: device.ok_or(missing("the number of the device"))?,
        name,
        port,
        netdev,
    }))
}

/// `enum rdma_nl_notify_event_type`; the last two are newer than Linux 6.12.
const fn event_kind(number: u8) -> RdmaEventKind {
    match number {
        0 => RdmaEventKind::Registered,
        1 => RdmaEventKind::Unregistered,
        2 => RdmaEventKind::NetdevAttached,
        3 => RdmaEventKind::NetdevDetached,
        4 => RdmaEventKind::Renamed,
        5 => RdmaEventKind::NetdevRenamed,
        other => RdmaEventKind::Other(other),
    }
}
