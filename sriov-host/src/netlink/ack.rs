use netlink_packet_core::{NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE};

use super::attribute::{Attributes, align, prefix, u32_at};
use super::message::HEADER;
use super::{Malformed, Message};
use crate::Errno;
use crate::seam::NetlinkFault;

const NLMSGERR_ATTR_MSG: u16 = 1;
const NLMSGERR_ATTR_OFFS: u16 = 2;

/// How a request ended, with the kernel's extended acknowledgement.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ack {
    /// The error; `None` for success.
    pub errno: Option<Errno>,
    /// The kernel's or driver's own words. On success they are a warning.
    pub message: Option<String>,
    /// Where in the request the offending attribute starts, in bytes.
    pub offset: Option<u32>,
}

impl Ack {
    /// The warning of a success, or the refusal.
    pub(super) fn into_result(self) -> Result<Option<String>, NetlinkFault> {
        let Self { errno, message, offset } = self;
        match errno {
            None => Ok(message),
            Some(errno) => Err(NetlinkFault::Refused { errno, message, offset }),
        }
    }
}

/// Decodes an `NLMSG_ERROR` or `NLMSG_DONE` message.
///
/// # Errors
///
/// [`Malformed`] if it has no error number. Extended attributes that cannot be read are left out:
/// they must not hide how the request ended.
pub fn decode_ack(message: &Message) -> Result<Ack, Malformed> {
    let code = prefix(&message.payload).map(i32::from_ne_bytes);
    // Before Linux 4.9 a dump could end without a code.
    let code = match code {
        None if message.kind == NLMSG_DONE && message.payload.is_empty() => 0,
        None => return Err(Malformed::new(0, "an error number")),
        // A positive number is not an error: some dumps end with a count.
        Some(code) => code.min(0),
    };
    let errno = (code != 0).then(|| Errno::new(code.saturating_neg()));
    let mut ack = Ack { errno, message: None, offset: None };
    for attribute in extended(message).into_iter().flatten() {
        let Ok(attribute) = attribute else { break };
        match attribute.kind {
            NLMSGERR_ATTR_MSG => {
                let text = attribute.payload.split(|byte| *byte == 0).next().unwrap_or_default();
                ack.message = Some(String::from_utf8_lossy(text).into_owned());
            }
            NLMSGERR_ATTR_OFFS => ack.offset = attribute.u32().ok(),
            _ => {}
        }
    }
    Ok(ack)
}

/// The extended attributes: behind the code, and behind the echoed request of an `NLMSG_ERROR`.
fn extended(message: &Message) -> Option<Attributes<'_>> {
    if message.flags & NLM_F_ACK_TLVS == 0 {
        return None;
    }
    let start = match message.kind {
        NLMSG_DONE => 4,
        _ if message.flags & NLM_F_CAPPED != 0 => 4 + HEADER,
        _ => {
            let length = usize::try_from(u32_at(&message.payload, 4)?).ok()?;
            4_usize.checked_add(align(length.max(HEADER)))?
        }
    };
    Some(Attributes::new(message.payload.get(start..)?, start))
}
