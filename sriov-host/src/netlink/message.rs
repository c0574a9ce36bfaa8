use netlink_packet_core::{
    Emitable, NLM_F_DUMP_INTR, NLM_F_MULTIPART, NLMSG_DONE, NLMSG_ERROR, NetlinkBuffer,
    NetlinkHeader, Parseable,
};

use super::Malformed;
use super::attribute::{Attributes, align};

/// The size of `struct nlmsghdr`.
pub(super) const HEADER: usize = 16;

/// Puts a header in front of `payload`; the length it would have needed if that has no room.
pub(super) fn frame(
    kind: u16,
    flags: u16,
    sequence: u32,
    port: u32,
    payload: &[u8],
) -> Result<Vec<u8>, usize> {
    let total = payload.len().saturating_add(HEADER);
    let mut header = NetlinkHeader::default();
    header.length = u32::try_from(total).map_err(|_| total)?;
    header.message_type = kind;
    header.flags = flags;
    header.sequence_number = sequence;
    header.port_number = port;
    let mut bytes = vec![0; HEADER];
    header.emit(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes.resize(align(bytes.len()), 0);
    Ok(bytes)
}

/// One netlink message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The type.
    pub kind: u16,
    /// The flags (`NLM_F_*`).
    pub flags: u16,
    /// The sequence number; a reply carries that of its request.
    pub sequence: u32,
    /// The port that the message is for.
    pub port: u32,
    /// What follows the header.
    pub payload: Vec<u8>,
}

impl Message {
    /// A message without flags, addressed to nobody.
    pub const fn new(kind: u16, payload: Vec<u8>) -> Self {
        Self { kind, flags: 0, sequence: 0, port: 0, payload }
    }

    /// The attributes behind a family header of `header` bytes.
    pub fn attributes(&self, header: usize) -> Attributes<'_> {
        Attributes::new(self.payload.get(header..).unwrap_or_default(), header)
    }

    /// The message as it is sent, padded to four bytes; empty if it is longer than 4 GiB.
    pub fn to_bytes(&self) -> Vec<u8> {
        frame(self.kind, self.flags, self.sequence, self.port, &self.payload).unwrap_or_default()
    }

    /// The message as the reply to a request, as it is sent. For tests with a replay.
    pub fn reply_to(mut self, request: &Self) -> Vec<u8> {
        self.sequence = request.sequence;
        self.port = request.port;
        self.to_bytes()
    }

    /// The acknowledgement of a request, as it is sent. For tests with a replay.
    pub fn ack(request: &Self) -> Vec<u8> {
        Self::refusal(request, 0)
    }

    /// The refusal of a request with a positive errno, as it is sent. For tests with a replay.
    pub fn refusal(request: &Self, errno: i32) -> Vec<u8> {
        let mut payload = errno.wrapping_neg().to_ne_bytes().to_vec();
        let echo = request.to_bytes();
        payload.extend_from_slice(echo.get(..HEADER).unwrap_or_default());
        // NLM_F_CAPPED: the request's payload is not echoed.
        let flags = 0x100;
        Self { flags, ..Self::new(NLMSG_ERROR, payload) }.reply_to(request)
    }

    /// The end of a dump, as it is sent. For tests with a replay.
    pub fn done(request: &Self) -> Vec<u8> {
        let flags = NLM_F_MULTIPART;
        Self { flags, ..Self::new(NLMSG_DONE, vec![0; 4]) }.reply_to(request)
    }

    pub(super) const fn is_interrupted(&self) -> bool {
        self.flags & NLM_F_DUMP_INTR != 0
    }
}

/// Walks the messages in a datagram; ends behind the first that is malformed.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Messages<'a> {
    /// The messages in this datagram.
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram, offset: 0 }
    }

    fn take(&mut self) -> Result<Message, Malformed> {
        let malformed = || Malformed::new(self.offset, "a whole netlink message");
        let buffer = NetlinkBuffer::new_checked(self.rest).map_err(|_| malformed())?;
        let header = NetlinkHeader::parse(&buffer).map_err(|_| malformed())?;
        let message = Message {
            kind: header.message_type,
            flags: header.flags,
            sequence: header.sequence_number,
            port: header.port_number,
            payload: buffer.payload().to_vec(),
        };
        let length = align(message.payload.len().saturating_add(HEADER));
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.offset = self.offset.saturating_add(length);
        Ok(message)
    }
}

impl Iterator for Messages<'_> {
    type Item = Result<Message, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.rest = &[];
        }
        Some(taken)
    }
}
