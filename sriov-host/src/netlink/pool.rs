use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::exchange::{Deadline, exchange};
use super::namespace::{self, NamespaceId};
use super::worker::{Open, Worker, is_reusable};
use super::{NetlinkSocket, Protocol, Reply, Request, Wire};
use crate::Netns;
use crate::seam::NetlinkFault;

/// How many threads are kept for the next requests; more work at once if needed.
const MOST_IDLE: usize = 2;

/// How many threads may be busy at once, most of them with requests that hang in the kernel.
const MOST_BUSY: usize = 64;

/// Requests to one netlink protocol, each with a deadline.
///
/// Clones share their threads. Nothing is opened before the first request.
#[derive(Clone)]
pub struct Netlink {
    open: Open,
    keep: Keep,
    threads: Arc<Threads>,
}

#[derive(Debug, Default)]
struct Threads {
    idle: Mutex<Vec<Idle>>,
    /// Each thread holds a clone while it lives.
    alive: Arc<()>,
}

/// Which threads may be kept between requests.
#[derive(Clone, Copy, Debug)]
enum Keep {
    All,
    AtHome,
    Never,
}

#[derive(Debug)]
struct Idle {
    namespace: Option<NamespaceId>,
    worker: Worker,
}

impl Netlink {
    /// In the network namespace of the thread that calls [`request`](Self::request).
    ///
    /// Threads are kept only for the namespace of the process itself.
    pub fn new(protocol: Protocol) -> Self {
        Self::opening(Keep::AtHome, move || Ok(Box::new(NetlinkSocket::open(protocol)?)))
    }

    /// In another network namespace, looked up below `root` at each request.
    ///
    /// Each request has a thread of its own, so that nothing keeps the namespace alive.
    pub fn in_netns(protocol: Protocol, netns: Netns, root: impl AsRef<Path>) -> Self {
        let root = root.as_ref().to_owned();
        Self::opening(Keep::Never, move || {
            namespace::enter(&netns, &root)?;
            Ok(Box::new(NetlinkSocket::open(protocol)?))
        })
    }

    /// Over any wire, as a [`Replay`](super::Replay).
    pub fn over(open: impl Fn() -> io::Result<Box<dyn Wire>> + Send + Sync + 'static) -> Self {
        Self::opening(Keep::All, open)
    }

    fn opening(
        keep: Keep,
        open: impl Fn() -> io::Result<Box<dyn Wire>> + Send + Sync + 'static,
    ) -> Self {
        Self { open: Arc::new(open), keep, threads: Arc::default() }
    }

    /// The same, with threads that are kept no longer than what is returned here.
    ///
    /// An open socket keeps the kernel module of its protocol loaded. A session has one for several
    /// requests and leaves none behind.
    #[must_use]
    pub fn session(&self) -> Self {
        let alive = Arc::clone(&self.threads.alive);
        let threads = Arc::new(Threads { idle: Mutex::default(), alive });
        Self { open: self.opener(), keep: self.keep, threads }
    }

    /// Sends a request and waits for its whole reply.
    ///
    /// # Errors
    ///
    /// [`NetlinkFault::StillRunning`] after the deadline: the kernel goes on with the request. At
    /// once, and without sending it, if dozens of earlier requests are in that state.
    /// Otherwise the kernel's refusal, or why there is no answer that makes sense.
    pub fn request(&self, request: Request, deadline: Duration) -> Result<Reply, NetlinkFault> {
        let deadline = Deadline::after(deadline);
        let (keep, namespace) = match self.keep {
            Keep::All => (true, None),
            Keep::Never => (false, None),
            Keep::AtHome => {
                let home = NamespaceId::of_caller_at_home();
                (home.is_some(), home)
            }
        };
        let kept = if keep { self.take(namespace) } else { None };
        let worker = match kept {
            Some(worker) => worker,
            None => self.start(deadline)?,
        };
        let outcome = worker.run(request, deadline);
        if keep && is_reusable(&outcome) {
            self.put_back(Idle { namespace, worker });
        }
        outcome
    }

    /// The same on the calling thread, with a socket that is closed again.
    ///
    /// Ten times as fast as a thread of its own, and only for what the kernel answers without
    /// waiting for anything: the deadline does not protect from a request that hangs in it.
    ///
    /// # Errors
    ///
    /// Those of [`request`](Self::request).
    pub fn request_here(
        &self,
        request: Request,
        deadline: Duration,
    ) -> Result<Reply, NetlinkFault> {
        if matches!(self.keep, Keep::Never) {
            // Its sockets are opened in a namespace that this thread must not enter.
            return self.request(request, deadline);
        }
        let mut wire = (self.open)().map_err(NetlinkFault::Socket)?;
        exchange(&mut *wire, &mut 0, &request, Deadline::after(deadline))
    }

    fn start(&self, deadline: Deadline) -> Result<Worker, NetlinkFault> {
        let alive = self.admit(deadline)?;
        Worker::start(self.opener(), alive).map_err(NetlinkFault::Socket)
    }

    /// What each thread holds as long as it lives.
    pub(super) fn admit(&self, deadline: Deadline) -> Result<Arc<()>, NetlinkFault> {
        let alive = Arc::clone(&self.threads.alive);
        // Whoever asks again and again must not fill the process with threads in state D.
        if Arc::strong_count(&alive) > MOST_BUSY { Err(deadline.fault()) } else { Ok(alive) }
    }

    pub(super) fn opener(&self) -> Open {
        Arc::clone(&self.open)
    }

    /// The thread used last, which is the one whose socket has seen the largest buffer.
    fn take(&self, namespace: Option<NamespaceId>) -> Option<Worker> {
        let mut idle = self.idle();
        idle.retain(|kept| kept.namespace == namespace);
        idle.pop().map(|kept| kept.worker)
    }

    fn put_back(&self, kept: Idle) {
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push(kept);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.threads.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Netlink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Netlink").field("keep", &self.keep).finish_non_exhaustive()
    }
}
