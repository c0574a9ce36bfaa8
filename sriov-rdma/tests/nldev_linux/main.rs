//! The seam over replayed kernels: absence, refusals, devices that vanish, moves and events.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "../nldev_support/mod.rs"]
mod nldev_support;

mod absence;
mod calls;
mod changes;
mod events;
mod moves;
mod reads;

use std::fs;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nldev_support::{counters, device, dump, nla, owners, port, reply, strz, summary, u8_, u32_};
use sriov_host::netlink::{Message, Netlink, Received, Replay, Wire};
use sriov_host::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaEventKind, RdmaEvents, RdmaPort, RdmaResource,
    RdmaSystem, RdmaWake,
};
use sriov_host::{Errno, Netns, NetnsMode, RdmaIndex};
use sriov_rdma::LinuxRdma;
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(20);

type Step = fn(&Message) -> Vec<u8>;
type Log = Arc<Mutex<Vec<Message>>>;

/// A root where `ib_core` is loaded.
fn loaded() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("sys/module/ib_core/parameters")).unwrap();
    root
}

fn no_events() -> io::Result<Box<dyn Wire>> {
    Err(Errno::PROTONOSUPPORT.to_io())
}

/// A subsystem that plays these answers, once, and notes what it was asked.
fn play(steps: &'static [Step]) -> (LinuxRdma, Log, TempDir) {
    let root = loaded();
    let log = Log::default();
    let asked = Arc::clone(&log);
    let netlink = Netlink::over(move || {
        let asked = Arc::clone(&asked);
        // Each session opens a wire of its own: it goes on where the last one ended.
        let done = asked.lock().unwrap().len();
        Ok(Box::new(steps.iter().skip(done).fold(Replay::new(), |replay, step| {
            let asked = Arc::clone(&asked);
            replay.answer(move |request| {
                asked.lock().unwrap().push(request.clone());
                step(request)
            })
        })))
    });
    (LinuxRdma::below(root.path()).over(netlink, no_events), log, root)
}

fn kinds(log: &Log) -> Vec<u16> {
    log.lock().unwrap().iter().map(|request| request.kind).collect()
}

fn index() -> RdmaIndex {
    RdmaIndex::new(7)
}

/// Counts how often a socket is opened; it never can be.
fn unopened(root: &TempDir) -> (LinuxRdma, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let open = |count: Arc<AtomicUsize>| {
        move || {
            count.fetch_add(1, Ordering::SeqCst);
            Err(Errno::PROTONOSUPPORT.to_io())
        }
    };
    let netlink = Netlink::over(open(Arc::clone(&opened)));
    (LinuxRdma::below(root.path()).over(netlink, open(Arc::clone(&opened))), opened)
}

fn rename() -> RdmaChange {
    RdmaChange::Rename { device: index(), name: "mlx5_9".parse().unwrap() }
}

/// Blocks inside `send`, as the kernel does for a device that a process has open.
struct Stuck(Arc<Mutex<mpsc::Receiver<()>>>, Option<mpsc::Sender<Vec<u8>>>);

impl Wire for Stuck {
    fn port(&self) -> u32 {
        1
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let _ = self.0.lock().unwrap().recv();
        if let Some(told) = &self.1 {
            told.send(descriptor_target(datagram)).unwrap();
        }
        Ok(())
    }

    fn recv(&mut self, _: &mut Vec<u8>, _: Duration) -> io::Result<Option<Received>> {
        Ok(None)
    }
}

/// What the descriptor in the last attribute of a move stands for.
fn descriptor_target(request: &[u8]) -> Vec<u8> {
    let number = request.last_chunk().copied().map(u32::from_ne_bytes).unwrap();
    let link = fs::read_link(format!("/proc/self/fd/{number}"));
    link.map_or_else(|error| error.to_string(), |path| path.display().to_string()).into_bytes()
}
