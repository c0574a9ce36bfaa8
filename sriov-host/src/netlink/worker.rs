use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;

use super::exchange::{Deadline, Reply, exchange};
use super::{Request, Wire};
use crate::seam::NetlinkFault;

/// Opens a wire, on the thread that will use it.
pub(super) type Open = Arc<dyn Fn() -> io::Result<Box<dyn Wire>> + Send + Sync>;

pub(super) type Outcome = Result<Reply, NetlinkFault>;

struct Job {
    request: Request,
    deadline: Deadline,
    outcome: Sender<Outcome>,
}

/// A thread with a wire of its own. It ends when its handle is dropped and its request is over.
///
/// A request that hangs in the kernel cannot be taken back: its caller drops the handle, and the
/// thread closes the socket whenever the kernel lets go.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    /// In the network namespace of the caller.
    ///
    /// The thread holds `alive` as long as it lives.
    pub(super) fn start(open: Open, alive: Arc<()>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        spawn(move || {
            work(&open, &queue);
            drop(alive);
        })?;
        Ok(Self { jobs })
    }

    pub(super) fn run(&self, request: Request, deadline: Deadline) -> Outcome {
        let (outcome, answer) = mpsc::channel();
        self.jobs.send(Job { request, deadline, outcome }).map_err(|_| gone())?;
        await_outcome(&answer, deadline)
    }
}

/// Runs one request on a thread of its own, which ends with it and holds `alive` until then.
pub(super) fn run_apart(
    work: impl FnOnce() -> Outcome + Send + 'static,
    deadline: Deadline,
    alive: Arc<()>,
) -> Outcome {
    let (outcome, answer) = mpsc::channel();
    spawn(move || {
        // The caller may have given up.
        let _ = outcome.send(work());
        drop(alive);
    })
    .map_err(NetlinkFault::Socket)?;
    await_outcome(&answer, deadline)
}

/// A thread in the network namespace of the caller, which new threads inherit.
fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name("netlink".to_owned()).stack_size(256 << 10);
    thread.spawn(work).map(|_| ())
}

fn await_outcome(answer: &Receiver<Outcome>, deadline: Deadline) -> Outcome {
    match answer.recv_timeout(deadline.left().unwrap_or_default()) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => Err(deadline.fault()),
        Err(RecvTimeoutError::Disconnected) => Err(gone()),
    }
}

fn gone() -> NetlinkFault {
    NetlinkFault::Socket(io::Error::other("the netlink thread has ended"))
}

/// Whether the wire is in a known state after this outcome, so that it can be used again.
pub(super) const fn is_reusable(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(_) | Err(NetlinkFault::Refused { .. } | NetlinkFault::Interrupted { .. }))
}

fn work(open: &Open, queue: &Receiver<Job>) {
    let mut wire: Option<Box<dyn Wire>> = None;
    let mut sequence = 0;
    while let Ok(Job { request, deadline, outcome }) = queue.recv() {
        let result = ready(&mut wire, open)
            .and_then(|wire| exchange(wire, &mut sequence, &request, deadline));
        // The caller may have given up, and then has dropped its end of the queue as well.
        let _ = outcome.send(result);
    }
}

fn ready<'w>(
    wire: &'w mut Option<Box<dyn Wire>>,
    open: &Open,
) -> Result<&'w mut dyn Wire, NetlinkFault> {
    let opened = match wire.take() {
        Some(wire) => wire,
        None => open().map_err(NetlinkFault::Socket)?,
    };
    Ok(&mut **wire.insert(opened))
}
