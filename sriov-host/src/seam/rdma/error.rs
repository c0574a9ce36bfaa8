use crate::seam::NetlinkFault;
use crate::{Errno, RdmaIndex};

/// A request to the RDMA subsystem that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation}")]
pub struct RdmaError {
    /// What was attempted, as "read the RDMA netns mode".
    pub operation: String,
    /// The device it was about, if one.
    pub device: Option<RdmaIndex>,
    /// Why it failed.
    pub source: NetlinkFault,
}

impl RdmaError {
    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        self.source.errno()
    }

    /// Whether the caller's namespace sees no such device.
    ///
    /// The kernel answers EINVAL for an unknown number, and ENODEV if the device is elsewhere.
    pub fn is_not_found(&self) -> bool {
        let refused = matches!(self.source, NetlinkFault::Refused { .. });
        let absent = matches!(self.errno(), Some(Errno::INVAL | Errno::NODEV));
        self.device.is_some() && refused && absent
    }

    /// Whether the kernel is still working on it.
    pub const fn is_still_running(&self) -> bool {
        matches!(self.source, NetlinkFault::StillRunning { .. })
    }
}
