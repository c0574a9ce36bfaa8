use super::attribute::{Attributes, HEADER, align, header};
use super::{Malformed, Request, link, vf_attrs};
use crate::IfIndex;
use crate::seam::{VfAttrs, VfList};

const IFLA_NUM_VF: u16 = 21;
const IFLA_VFINFO_LIST: u16 = 22;
const IFLA_VF_INFO: u16 = 1;
const RTEXT_FILTER_VF: u32 = 1;

/// The smallest `IFLA_VF_INFO`: its header, and the MAC attribute that always comes first.
const SMALLEST: usize = HEADER + vf_attrs::MAC_LENGTH;

/// The request for the VFs of one link.
pub fn vf_get(pf: IfIndex) -> Request {
    link::ask(Some(pf), false, RTEXT_FILTER_VF)
}

/// The request for the VFs of all links: the kernel measures its reply more generously.
pub fn vf_dump() -> Request {
    link::ask(None, true, RTEXT_FILTER_VF)
}

/// Decodes the VF list in the payload of an `RTM_NEWLINK` message. Exact at any VF count.
///
/// The list's own length field has 16 bits and wraps from 222 VFs, so the entries are walked by
/// their own lengths and the field is only compared with the result.
///
/// A link without VF data gives an empty list with nothing announced.
///
/// # Errors
///
/// [`Malformed`] if lengths contradict each other: the list is never silently short.
pub fn decode_vfs(payload: &[u8]) -> Result<VfList, Malformed> {
    link::fields(payload)?;
    let mut attributes = link::attributes(payload);
    let (mut announced, mut list) = (None, None);
    loop {
        if let Some((length, IFLA_VFINFO_LIST)) = attributes.peek() {
            let (_, offset) = attributes.rest();
            if list.is_some() {
                return Err(Malformed::new(offset, "one VF list"));
            }
            let count = announced.ok_or(Malformed::new(offset, "the VF count before the list"))?;
            list = Some(walk(&mut attributes, length, count)?);
            continue;
        }
        let Some(attribute) = attributes.next() else { break };
        let attribute = attribute?;
        if attribute.kind == IFLA_NUM_VF {
            announced = Some(attribute.u32()?);
        }
    }
    let (vfs, wrapped) = list.unwrap_or_default();
    Ok(VfList { announced: announced.unwrap_or(0), vfs, wrapped })
}

/// Walks the list in front; `stored` is its length field, as far as 16 bits can say.
fn walk(
    attributes: &mut Attributes<'_>,
    stored: usize,
    announced: u32,
) -> Result<(Vec<VfAttrs>, bool), Malformed> {
    let (bytes, offset) = attributes.rest();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    let mut vfs = Vec::with_capacity(announced.min(bytes.len() / SMALLEST));
    let mut real = HEADER;
    // The kernel leaves out VFs that the driver does not report: what follows the last entry is
    // then another attribute of the link, or nothing.
    while vfs.len() < announced
        && let Some(entry) = bytes.get(real..).and_then(entry)
    {
        let start = offset.saturating_add(real).saturating_add(HEADER);
        vfs.push(vf_attrs::decode(entry, start)?);
        real = real.saturating_add(align(HEADER + entry.len()));
    }
    if real & usize::from(u16::MAX) != stored {
        return Err(Malformed::new(offset.saturating_add(real), "another entry of the VF list"));
    }
    attributes.skip(real);
    Ok((vfs, real != stored))
}

/// The payload of the `IFLA_VF_INFO` in front, told by its number and by the MAC inside.
fn entry(bytes: &[u8]) -> Option<&[u8]> {
    let (length, kind) = header(bytes)?;
    let payload = bytes.get(HEADER..length)?;
    let known = kind == IFLA_VF_INFO
        && header(payload) == Some((vf_attrs::MAC_LENGTH, vf_attrs::IFLA_VF_MAC));
    known.then_some(payload)
}
