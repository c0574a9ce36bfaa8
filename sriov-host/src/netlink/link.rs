use super::attribute::{Attribute, Attributes, prefix, u32_at};
use super::{Malformed, Message, Request};
use crate::seam::{HostEvent, Link, LinkChange};
use crate::{IfIndex, LinkType, MacAddr, Mtu};

/// The size of `struct ifinfomsg`.
pub(super) const HEADER: usize = 16;

pub(super) const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
pub(super) const RTM_GETLINK: u16 = 18;
pub(super) const RTM_SETLINK: u16 = 19;

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_MASTER: u16 = 10;
const IFLA_EXT_MASK: u16 = 29;
const IFLA_PHYS_SWITCH_ID: u16 = 36;
const IFLA_PHYS_PORT_NAME: u16 = 38;
const IFLA_PROP_LIST: u16 = 52;
const IFLA_ALT_IFNAME: u16 = 53;
const IFLA_PARENT_DEV_NAME: u16 = 56;

/// A name that the kernel accepts and [`IfName`](crate::IfName) does not.
const UNFIT_NAME: &str = "an interface name in UTF-8";

const RTEXT_FILTER_SKIP_STATS: u32 = 8;
const IFF_UP: u32 = 1;
const ARPHRD_ETHER: u16 = 1;
const ARPHRD_INFINIBAND: u16 = 32;

/// A `struct ifinfomsg` about a link, or about all of them.
pub(super) fn header(index: Option<IfIndex>, flags: u32, change: u32) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    let fields = [0, index.map_or(0, IfIndex::get), flags, change];
    for (place, field) in bytes.chunks_exact_mut(4).zip(fields) {
        place.copy_from_slice(&field.to_ne_bytes());
    }
    bytes
}

/// `RTM_GETLINK` for all links, or for one, with what the mask adds to or leaves out of a reply.
pub(super) fn ask(index: Option<IfIndex>, dump: bool, mask: u32) -> Request {
    let request = if dump { Request::dump(RTM_GETLINK) } else { Request::get(RTM_GETLINK) };
    request.header(&header(index, 0, 0)).with(|attributes| {
        attributes.u32(IFLA_EXT_MASK, mask | RTEXT_FILTER_SKIP_STATS);
    })
}

/// The request for all links, without VF data.
pub fn link_dump() -> Request {
    ask(None, true, 0)
}

/// The request for one link, without VF data.
pub fn link_get(index: IfIndex) -> Request {
    ask(Some(index), false, 0)
}

/// The request that changes a link.
pub fn link_set(index: IfIndex, change: &LinkChange) -> Request {
    let request = Request::get(RTM_SETLINK);
    let plain = header(Some(index), 0, 0);
    match change {
        // Only the flags in the change mask are touched.
        LinkChange::AdminUp(up) => {
            request.header(&header(Some(index), u32::from(*up) * IFF_UP, IFF_UP))
        }
        LinkChange::Mtu(mtu) => request.header(&plain).with(|attributes| {
            attributes.u32(IFLA_MTU, mtu.get());
        }),
        LinkChange::Name(name) => request.header(&plain).with(|attributes| {
            attributes.text(IFLA_IFNAME, name.as_str());
        }),
    }
}

/// Decodes the payload of an `RTM_NEWLINK` message.
///
/// Attributes that are not known here are passed over.
///
/// # Errors
///
/// [`Malformed`], also if the name is not one that an [`IfName`](crate::IfName) can hold.
pub fn decode_link(payload: &[u8]) -> Result<Link, Malformed> {
    let (kind, index, flags) = fields(payload)?;
    let mut name = None;
    let mut link = LinkDraft::default();
    for attribute in attributes(payload) {
        let attribute = attribute?;
        if attribute.kind == IFLA_IFNAME {
            let text = attribute.text().ok().and_then(|text| text.parse().ok());
            name = Some(text.ok_or_else(|| attribute.malformed(UNFIT_NAME))?);
        } else {
            link.take(&attribute)?;
        }
    }
    Ok(Link {
        index,
        name: name.ok_or(Malformed::new(payload.len(), "the name of the link"))?,
        alt_names: link.alt_names,
        mac: link.mac,
        mtu: link.mtu,
        admin_up: flags & IFF_UP != 0,
        link_type: match kind {
            ARPHRD_ETHER => Some(LinkType::Ether),
            ARPHRD_INFINIBAND => Some(LinkType::Infiniband),
            _ => None,
        },
        parent: link.parent,
        switch_id: link.switch_id,
        port_name: link.port_name,
        master: link.master,
    })
}

/// Decodes a message of the group `RTNLGRP_LINK`; `None` if it is about something else.
pub fn decode_link_notice(message: &Message) -> Option<HostEvent> {
    let (_, index, _) = fields(&message.payload).ok()?;
    // Bridges announce their ports' leaving as RTM_DELLINK of their own family.
    let own_family = message.payload.first() == Some(&0);
    match message.kind {
        RTM_DELLINK if own_family => Some(HostEvent::LinkRemoved(index)),
        RTM_NEWLINK | RTM_DELLINK => Some(HostEvent::LinkChanged(index)),
        _ => None,
    }
}

/// The link that the payload of an `RTM_NEWLINK` message is about.
pub(crate) fn link_index(payload: &[u8]) -> Option<IfIndex> {
    fields(payload).ok().map(|(_, index, _)| index)
}

/// Whether nothing but the name of the link stood against decoding it.
pub(crate) fn is_unfit_name(malformed: &Malformed) -> bool {
    malformed.problem == UNFIT_NAME
}

/// The attributes behind the `ifinfomsg`.
pub(super) fn attributes(payload: &[u8]) -> Attributes<'_> {
    Attributes::new(payload.get(HEADER..).unwrap_or_default(), HEADER)
}

/// Hardware type, index and flags of an `ifinfomsg`.
pub(super) fn fields(payload: &[u8]) -> Result<(u16, IfIndex, u32), Malformed> {
    let header: [u8; HEADER] = prefix(payload).ok_or(Malformed::new(0, "a link header"))?;
    let [_, _, kind_low, kind_high, ..] = header;
    let index = u32_at(&header, 4).and_then(IfIndex::new);
    let index = index.ok_or(Malformed::new(4, "the index of a link"))?;
    Ok((u16::from_ne_bytes([kind_low, kind_high]), index, u32_at(&header, 8).unwrap_or(0)))
}

/// The optional part of a link.
#[derive(Default)]
struct LinkDraft {
    alt_names: Vec<String>,
    mac: Option<MacAddr>,
    mtu: Option<Mtu>,
    parent: Option<String>,
    switch_id: Option<String>,
    port_name: Option<String>,
    master: Option<IfIndex>,
}

impl LinkDraft {
    fn take(&mut self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        match attribute.kind {
            IFLA_ADDRESS => self.mac = attribute.payload.try_into().ok().map(MacAddr::new),
            IFLA_MTU => self.mtu = Mtu::new(attribute.u32()?),
            IFLA_MASTER => self.master = IfIndex::new(attribute.u32()?),
            IFLA_PARENT_DEV_NAME => self.parent = Some(lossy(attribute)),
            IFLA_PHYS_PORT_NAME => self.port_name = Some(lossy(attribute)),
            IFLA_PHYS_SWITCH_ID => self.switch_id = Some(hex(attribute.payload)),
            IFLA_PROP_LIST => {
                for property in attribute.attributes() {
                    let property = property?;
                    if property.kind == IFLA_ALT_IFNAME {
                        self.alt_names.push(lossy(&property));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Names that are only shown and compared may hold any bytes.
fn lossy(attribute: &Attribute<'_>) -> String {
    let bytes = attribute.payload.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
