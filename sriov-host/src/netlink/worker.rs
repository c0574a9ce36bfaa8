use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;

use super::exchange::{Deadline, Reply, exchange};
use super::{Request, Wire};
use crate::seam::NetlinkFault;

/// Opens a wire, on the thread that will use it.
pub(super) type Open = Arc<dyn Fn() -> io::Result<Box<dyn Wire>> + Send + Sync>;

type Outcome = Result<Reply, NetlinkFault>;

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
    /// In the network namespace of the caller, which new threads inherit.
    pub(super) fn start(open: Open) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        thread::Builder::new()
            .name("netlink".to_owned())
            .stack_size(256 << 10)
            .spawn(move || work(&open, &queue))?;
        Ok(Self { jobs })
    }

    pub(super) fn run(&self, request: Request, deadline: Deadline) -> Outcome {
        let (outcome, answer) = mpsc::channel();
        let gone = || NetlinkFault::Socket(io::Error::other("the netlink thread has ended"));
        self.jobs.send(Job { request, deadline, outcome }).map_err(|_| gone())?;
        match answer.recv_timeout(deadline.left().unwrap_or_default()) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => Err(deadline.fault()),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
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
        let again = is_reusable(&result);
        // The caller may have given up; then there is nobody to tell.
        let heard = outcome.send(result).is_ok();
        if !(again && heard) {
            break;
        }
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
