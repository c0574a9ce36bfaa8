//! The real RDMA subsystem: `NETLINK_RDMA` behind the seam, and nothing else.

mod ask;
mod change;
mod events;
mod read;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sriov_host::RdmaIndex;
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{Netlink, NetlinkSocket, Protocol, Wire};
use sriov_host::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaCounter, RdmaDevice, RdmaError, RdmaEvents,
    RdmaSettings, RdmaSystem, RdmaUsage,
};

use crate::nldev::NOTIFY_GROUP;

/// The RDMA subsystem of the running kernel, in the caller's network namespace.
///
/// Opening its socket would make the kernel load `ib_core`, so `/sys/module/ib_core` is looked at
/// first. No socket is kept between calls: an open one would keep `ib_core` from being unloaded.
///
/// ```
/// use sriov_host::seam::RdmaSystem;
/// use sriov_rdma::LinuxRdma;
///
/// let elsewhere = LinuxRdma::below("/no/such/root");
/// assert!(elsewhere.rdma_settings().is_err(), "whether ib_core is loaded cannot be told");
/// ```
#[derive(Clone)]
pub struct LinuxRdma {
    host: LinuxHost,
    netlink: Netlink,
    listen: Listen,
}

type Listen = Arc<dyn Fn() -> io::Result<Box<dyn Wire>> + Send + Sync>;

impl LinuxRdma {
    /// The subsystem of the host whose `/sys`, `/proc` and `/run` lie below `root`.
    pub fn below(root: impl Into<PathBuf>) -> Self {
        Self {
            host: LinuxHost::below(root),
            netlink: Netlink::new(Protocol::Rdma),
            listen: Arc::new(|| {
                let mut socket = NetlinkSocket::open(Protocol::Rdma)?;
                socket.join(NOTIFY_GROUP)?;
                Ok(Box::new(socket))
            }),
        }
    }

    /// That of this host, with `/` as its root.
    pub fn system() -> Self {
        Self::below("/")
    }

    /// The same over other wires, for requests and for events: recordings, in tests.
    #[must_use]
    pub fn over(
        mut self,
        requests: Netlink,
        events: impl Fn() -> io::Result<Box<dyn Wire>> + Send + Sync + 'static,
    ) -> Self {
        self.netlink = requests;
        self.listen = Arc::new(events);
        self
    }
}

impl fmt::Debug for LinuxRdma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, netlink, listen: _ } = self;
        let mut text = f.debug_struct("LinuxRdma");
        text.field("host", host).field("netlink", netlink).finish_non_exhaustive()
    }
}

impl RdmaSystem for LinuxRdma {
    fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
        self.settings()
    }

    /// Devices whose names are not such as a
    /// [`RdmaDeviceName`](sriov_host::RdmaDeviceName) are left out, with a warning.
    fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
        self.devices()
    }

    fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError> {
        self.usage(device).map_err(failed("read the usage of an RDMA device", Some(device)))
    }

    fn rdma_counters(&self, device: RdmaIndex, port: u32) -> Result<Vec<RdmaCounter>, RdmaError> {
        let operation = format!("read the counters of port {port} of RDMA device {device}");
        self.counters(device, port).map_err(failed(operation, Some(device)))
    }

    fn change_rdma(&self, change: &RdmaChange, deadline: Duration) -> Result<(), RdmaError> {
        self.change(change, deadline).map_err(failed(change.to_string(), change::device(change)))
    }

    /// Of devices in the calling thread's network namespace.
    fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
        self.watch()
    }
}

fn failed(
    operation: impl Into<String>,
    device: Option<RdmaIndex>,
) -> impl FnOnce(NetlinkFault) -> RdmaError {
    let operation = operation.into();
    move |source| RdmaError { operation, device, source }
}
