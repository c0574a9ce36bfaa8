use super::{Malformed, Message, Request};

const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;

/// The size of `struct genlmsghdr`.
pub(super) const HEADER: usize = 4;

/// A `struct genlmsghdr`: command and version.
pub(super) const fn header(command: u8, version: u8) -> [u8; HEADER] {
    [command, version, 0, 0]
}

/// The request for the number of a generic netlink family. `ENOENT` if the kernel has none.
pub fn family_get(name: &str) -> Request {
    Request::get(GENL_ID_CTRL).header(&header(CTRL_CMD_GETFAMILY, 1)).with(|attributes| {
        attributes.text(CTRL_ATTR_FAMILY_NAME, name);
    })
}

/// Decodes the number of a generic netlink family.
///
/// # Errors
///
/// [`Malformed`], also if there is no number.
pub fn decode_family(message: &Message) -> Result<u16, Malformed> {
    for attribute in message.attributes(HEADER) {
        let attribute = attribute?;
        if attribute.kind == CTRL_ATTR_FAMILY_ID {
            return attribute.u16();
        }
    }
    Err(Malformed::new(message.payload.len(), "the number of the family"))
}
