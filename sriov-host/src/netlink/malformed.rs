use crate::seam::NetlinkFault;

/// Bytes that do not follow the protocol.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("malformed at byte {offset}: {problem}")]
pub struct Malformed {
    /// Where, from the start of what was decoded.
    pub offset: usize,
    /// What was expected there.
    pub problem: &'static str,
}

impl Malformed {
    /// A problem at this byte.
    pub const fn new(offset: usize, problem: &'static str) -> Self {
        Self { offset, problem }
    }
}

impl From<Malformed> for NetlinkFault {
    fn from(Malformed { offset, problem }: Malformed) -> Self {
        Self::Malformed { offset, problem }
    }
}
