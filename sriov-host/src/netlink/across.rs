use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::path::PathBuf;
use std::time::Duration;

use super::exchange::{Deadline, exchange};
use super::worker::{Open, Outcome, run_apart};
use super::{Netlink, Reply, Request, namespace};
use crate::Netns;
use crate::seam::NetlinkFault;

/// The network namespaces of a request that names one.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// The root that both are looked up below.
    pub root: PathBuf,
    /// Where the request is sent; `None` for the caller's namespace.
    pub from: Option<Netns>,
    /// What the request names.
    pub to: Netns,
}

impl Netlink {
    /// Sends a request that names a network namespace by a file descriptor.
    ///
    /// The kernel looks at the namespace of the socket for one check and at that of the calling
    /// thread for another. So one thread does it all and ends with it: it opens the namespace that
    /// is named, enters the other one, opens its socket there, and sends. The descriptor stays open
    /// as long as the kernel works on the request.
    ///
    /// # Errors
    ///
    /// [`NetlinkFault::Namespace`] if either namespace cannot be used, and those of
    /// [`request`](Self::request).
    pub fn request_across(
        &self,
        crossing: Crossing,
        request: impl FnOnce(RawFd) -> Request + Send + 'static,
        deadline: Duration,
    ) -> Result<Reply, NetlinkFault> {
        let deadline = Deadline::after(deadline);
        let (open, alive) = (self.opener(), self.admit(deadline)?);
        run_apart(move || cross(&crossing, request, &open, deadline), deadline, alive)
    }
}

fn cross(
    crossing: &Crossing,
    request: impl FnOnce(RawFd) -> Request,
    open: &Open,
    deadline: Deadline,
) -> Outcome {
    let Crossing { root, from, to } = crossing;
    let named = namespace::open(to, root).map_err(unusable(to))?;
    if let Some(from) = from {
        namespace::enter(from, root).map_err(unusable(from))?;
    }
    let mut wire = open().map_err(NetlinkFault::Socket)?;
    let reply = exchange(&mut *wire, &mut 0, &request(named.as_raw_fd()), deadline);
    // Not before: the request names it by its descriptor.
    drop(named);
    reply
}

fn unusable(netns: &Netns) -> impl Fn(io::Error) -> NetlinkFault {
    move |source| NetlinkFault::Namespace { netns: netns.clone(), source }
}
