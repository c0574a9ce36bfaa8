use netlink_packet_core::{NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST};

use super::AttributeWriter;
use super::message::frame;
use crate::seam::NetlinkFault;

/// A netlink request, without its sequence number: that is the transport's.
#[derive(Clone, Debug)]
pub struct Request {
    kind: u16,
    flags: u16,
    body: AttributeWriter,
}

impl Request {
    /// A request about one object, also one that changes it. It is always acknowledged.
    pub const fn get(kind: u16) -> Self {
        Self { kind, flags: NLM_F_REQUEST | NLM_F_ACK, body: AttributeWriter::new() }
    }

    /// A request for all objects.
    pub const fn dump(kind: u16) -> Self {
        Self { kind, flags: NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, body: AttributeWriter::new() }
    }

    /// Appends the header of the family (`ifinfomsg`, `genlmsghdr`); first of all, if at all.
    #[must_use]
    pub fn header(self, bytes: &[u8]) -> Self {
        self.with(|body| {
            body.raw(bytes);
        })
    }

    /// Appends attributes.
    #[must_use]
    pub fn with(mut self, fill: impl FnOnce(&mut AttributeWriter)) -> Self {
        fill(&mut self.body);
        self
    }

    /// Whether it asks for all objects.
    pub const fn is_dump(&self) -> bool {
        self.flags & NLM_F_DUMP == NLM_F_DUMP
    }

    /// The whole message, as it is sent.
    ///
    /// # Errors
    ///
    /// [`NetlinkFault::TooLarge`] if an attribute is longer than its 16-bit length can say.
    pub fn to_bytes(&self, sequence: u32) -> Result<Vec<u8>, NetlinkFault> {
        let body = self.body.clone().finish();
        body.and_then(|body| frame(self.kind, self.flags, sequence, 0, &body))
            .map_err(|bytes| NetlinkFault::TooLarge { bytes })
    }
}
