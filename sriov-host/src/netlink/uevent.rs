use super::Malformed;
use super::attribute::{prefix, u32_at};
use crate::PciAddress;
use crate::seam::{HostEvent, Uevent};

/// What udev puts in front of its own events (`struct monitor_netlink_header` of libudev).
const UDEV_PREFIX: &[u8] = b"libudev\0";
const UDEV_MAGIC: [u8; 4] = 0xfeed_cafe_u32.to_be_bytes();

/// Decodes a datagram of `NETLINK_KOBJECT_UEVENT`: the kernel's, or udev's by its prefix.
///
/// Who sent it is for the receiver to check.
///
/// # Errors
///
/// [`Malformed`] if it is neither.
pub fn decode_uevent(datagram: &[u8]) -> Result<HostEvent, Malformed> {
    if datagram.starts_with(UDEV_PREFIX) {
        let (properties, offset) = udev_properties(datagram)?;
        return decode(properties, None, offset).map(HostEvent::Udev);
    }
    let (head, properties) = datagram
        .iter()
        .position(|byte| *byte == 0)
        .and_then(|end| datagram.split_at_checked(end))
        .ok_or(Malformed::new(0, "a NUL behind action@devpath"))?;
    let head = String::from_utf8_lossy(head);
    let head = head.split_once('@').ok_or(Malformed::new(0, "action@devpath"))?;
    decode(properties, Some(head), datagram.len() - properties.len()).map(HostEvent::Kernel)
}

fn udev_properties(datagram: &[u8]) -> Result<(&[u8], usize), Malformed> {
    let field = |offset| u32_at(datagram, offset).and_then(|field| usize::try_from(field).ok());
    if datagram.get(8..).and_then(prefix) != Some(UDEV_MAGIC) {
        return Err(Malformed::new(8, "the magic number of libudev"));
    }
    let start = field(16).ok_or(Malformed::new(16, "the place of the properties"))?;
    let length = field(20).ok_or(Malformed::new(20, "the length of the properties"))?;
    let properties = start
        .checked_add(length)
        .and_then(|end| datagram.get(start..end))
        .ok_or(Malformed::new(16, "properties inside the datagram"))?;
    Ok((properties, start))
}

/// `head` is what the kernel puts before the properties; they say the same, and win.
fn decode(
    properties: &[u8],
    head: Option<(&str, &str)>,
    offset: usize,
) -> Result<Uevent, Malformed> {
    let (action, devpath) = head.unwrap_or_default();
    let mut event =
        Uevent { action: action.to_owned(), devpath: devpath.to_owned(), ..Uevent::default() };
    let mut slot = None;
    for property in properties.split(|byte| *byte == 0) {
        let property = String::from_utf8_lossy(property);
        let Some((key, value)) = property.split_once('=') else { continue };
        let owned = || value.to_owned();
        match key {
            "ACTION" => event.action = owned(),
            "DEVPATH" => event.devpath = owned(),
            "DEVPATH_OLD" => event.devpath_old = Some(owned()),
            "SUBSYSTEM" => event.subsystem = Some(owned()),
            "DRIVER" => event.driver = Some(owned()),
            "PCI_SLOT_NAME" => slot = value.parse().ok(),
            "INTERFACE" => event.interface = value.parse().ok(),
            "IFINDEX" => event.ifindex = value.parse().ok(),
            _ => {}
        }
    }
    if event.action.is_empty() || event.devpath.is_empty() {
        return Err(Malformed::new(offset, "an action and a device path"));
    }
    event.pci = slot.or_else(|| nearest_function(&event.devpath));
    Ok(event)
}

/// The last part of the path that names a PCI function.
fn nearest_function(devpath: &str) -> Option<PciAddress> {
    devpath.rsplit('/').find_map(|part| part.parse().ok())
}
