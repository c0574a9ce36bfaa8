use std::io;
use std::time::Duration;

use sriov_host::Errno;
use sriov_host::netlink::{Message, Netlink, Reply, Request};
use sriov_host::seam::{Availability, HostPath, NetlinkFault, RdmaError, Sysfs, SysfsError};

use super::{LinuxRdma, failed};

/// Reading waits for whoever holds the device's lock, and for drivers that talk to firmware.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

impl LinuxRdma {
    /// What `read` reads, if there is a subsystem to read from.
    pub(super) fn available<T>(
        &self,
        operation: &str,
        read: impl FnOnce(&Netlink) -> Result<T, RdmaError>,
    ) -> Result<Availability<T>, RdmaError> {
        if !self.is_loaded().map_err(failed(operation, None))? {
            return Ok(Availability::NotLoaded);
        }
        match read(&self.netlink.session()) {
            Err(error) if is_no_protocol(&error.source) => Ok(Availability::Unsupported),
            answer => answer.map(Availability::Available),
        }
    }

    /// A session with a subsystem that must be there.
    pub(super) fn session(&self) -> Result<Netlink, NetlinkFault> {
        if self.is_loaded()? {
            return Ok(self.netlink.session());
        }
        // What the kernel would say, if asking did not make it load the module.
        Err(NetlinkFault::Socket(Errno::PROTONOSUPPORT.to_io()))
    }

    /// Whether `ib_core` is there, built in or loaded.
    fn is_loaded(&self) -> Result<bool, NetlinkFault> {
        // One system call: reading a folder as a link is refused with EINVAL if it is there.
        match self.host.read_link(&HostPath::new("sys/module/ib_core")) {
            Ok(_) => Ok(true),
            Err(error) if error.errno() == Some(Errno::INVAL) => Ok(true),
            // Without any modules it is sysfs that is missing, and nothing can be told.
            Err(error) if error.is_not_found() => {
                self.host.list(&HostPath::new("sys/module")).map(|_| false).map_err(untold)
            }
            Err(error) => Err(untold(error)),
        }
    }
}

/// No socket was opened, because whether that would load the module is not known.
fn untold(error: SysfsError) -> NetlinkFault {
    NetlinkFault::Socket(io::Error::other(error))
}

fn is_no_protocol(fault: &NetlinkFault) -> bool {
    matches!(fault, NetlinkFault::Socket(_)) && fault.errno() == Some(Errno::PROTONOSUPPORT)
}

/// Whether the kernel answered with one of these.
pub(super) fn is_refused(fault: &NetlinkFault, errnos: &[Errno]) -> bool {
    matches!(fault, NetlinkFault::Refused { errno, .. } if errnos.contains(errno))
}

/// The messages that answer a request.
pub(super) fn ask(netlink: &Netlink, request: Request) -> Result<Vec<Message>, NetlinkFault> {
    netlink.request(request, PATIENCE).map(accepted)
}

/// What the kernel said although it did what it was asked for goes to the log.
pub(super) fn accepted(reply: Reply) -> Vec<Message> {
    if let Some(warning) = reply.warning.as_deref() {
        tracing::warn!(warning, "the kernel accepted a request and warns");
    }
    reply.messages
}

/// The one message that answers a request about one object.
pub(super) fn first(messages: &[Message]) -> Result<&Message, NetlinkFault> {
    let problem = "a reply before the acknowledgement";
    messages.first().ok_or(NetlinkFault::Malformed { offset: 0, problem })
}
