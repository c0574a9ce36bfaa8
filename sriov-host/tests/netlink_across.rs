//! Requests that name a namespace, on the running kernel: links are moved between namespaces.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

mod netlink_support;

use std::fs;
use std::os::fd::RawFd;
use std::os::unix::fs::MetadataExt;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use netlink_support::ifinfomsg;
use netlink_support::netns::in_new_netns;
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{Crossing, Netlink, NetlinkSocket, Protocol, Request, Wire, link_dump};
use sriov_host::seam::{NetlinkFault, VfLink};
use sriov_host::{Errno, Netns};

const LONG: Duration = Duration::from_secs(20);

/// A namespace that lives until this is dropped.
struct Foreign {
    netns: Netns,
    inode: u64,
    ask: Option<Sender<Sender<Vec<String>>>>,
    owner: Option<JoinHandle<()>>,
}

impl Foreign {
    /// `None` if this process may not have one.
    fn new(links: fn()) -> Option<Self> {
        let (tell, told) = mpsc::channel();
        let (ask, asked) = mpsc::channel::<Sender<Vec<String>>>();
        let name = thread::current().name().map(str::to_owned).unwrap_or_default();
        let owner = thread::Builder::new().name(name).spawn(move || {
            in_new_netns(move || {
                links();
                let inode = fs::metadata("/proc/thread-self/ns/net").unwrap().ino();
                tell.send((nix::unistd::gettid(), inode)).unwrap();
                while let Ok(answer) = asked.recv() {
                    let links = LinuxHost::system().links().unwrap();
                    answer.send(links.iter().map(|link| link.name.to_string()).collect()).unwrap();
                }
            });
        });
        let owner = owner.unwrap();
        let Ok((tid, inode)) = told.recv() else {
            owner.join().unwrap();
            return None;
        };
        let netns = Netns::Path(format!("/proc/self/task/{tid}/ns/net").into());
        Some(Self { netns, inode, ask: Some(ask), owner: Some(owner) })
    }

    fn links(&self) -> Vec<String> {
        let (answer, links) = mpsc::channel();
        self.ask.as_ref().unwrap().send(answer).unwrap();
        links.recv().unwrap()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.ask = None;
        let _ = self.owner.take().map(JoinHandle::join);
    }
}

/// `RTM_NEWLINK` of a `veth` pair, `mine0` and one the kernel names, in the thread's namespace.
fn with_a_link() {
    let request = Request::get(16).header(&ifinfomsg(0)).with(|body| {
        body.text(3, "mine0").nest(18, |info| {
            info.text(1, "veth");
        });
    });
    // Creating takes NLM_F_CREATE, which nothing else here has a need for.
    let mut bytes = request.to_bytes(1).unwrap();
    let create = 0x400_u16 | 5;
    bytes.splice(6..8, create.to_ne_bytes());
    let mut socket = NetlinkSocket::open(Protocol::Route).unwrap();
    socket.send(&bytes).unwrap();
    let mut answer = Vec::new();
    socket.recv(&mut answer, LONG).unwrap().unwrap();
    let code = answer.get(16..20).and_then(|code| code.first_chunk()).copied();
    assert_eq!(code.map(i32::from_ne_bytes), Some(0), "no veth on this kernel");
}

fn nothing() {}

/// `RTM_SETLINK` with `IFLA_NET_NS_FD`, for a link by its name.
fn give(name: &'static str) -> impl FnOnce(RawFd) -> Request + Send + 'static {
    move |namespace| {
        Request::get(19).header(&ifinfomsg(0)).with(|body| {
            body.text(3, name).u32(28, namespace.cast_unsigned());
        })
    }
}

fn crossing(from: Option<&Foreign>, to: &Foreign) -> Crossing {
    Crossing { root: "/".into(), from: from.map(|from| from.netns.clone()), to: to.netns.clone() }
}

fn threads_in(inode: u64) -> bool {
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    // The owner's thread is one.
    tasks
        .filter(|task| fs::metadata(task.path().join("ns/net")).is_ok_and(|m| m.ino() == inode))
        .count()
        > 1
}

#[test]
fn a_link_moves_from_one_foreign_namespace_to_another() {
    let (Some(from), Some(to)) = (Foreign::new(with_a_link), Foreign::new(nothing)) else {
        return; // skipped, and said so
    };
    assert!(from.links().contains(&"mine0".to_owned()));
    let netlink = Netlink::new(Protocol::Route);
    let sent = netlink.request_across(crossing(Some(&from), &to), give("mine0"), LONG);
    sent.unwrap();
    assert!(!from.links().contains(&"mine0".to_owned()));
    assert!(to.links().contains(&"mine0".to_owned()));
    // Where it is not, it cannot be taken from.
    let again = netlink.request_across(crossing(Some(&from), &to), give("mine0"), LONG);
    assert_eq!(again.unwrap_err().errno(), Some(Errno::NODEV));
    let here = netlink.request_across(crossing(None, &to), give("mine0"), LONG);
    assert_eq!(here.unwrap_err().errno(), Some(Errno::NODEV));
    // Threads end behind their last message: look until they have.
    let start = Instant::now();
    while threads_in(from.inode) {
        assert!(start.elapsed() < LONG, "a thread stays in the namespace");
        thread::yield_now();
    }
}

#[test]
fn without_a_namespace_to_enter_it_is_the_callers() {
    let Some(to) = Foreign::new(nothing) else {
        return; // skipped, and said so
    };
    let crossing = crossing(None, &to);
    in_new_netns(move || {
        with_a_link();
        let netlink = Netlink::new(Protocol::Route);
        netlink.request_across(crossing, give("mine0"), LONG).unwrap();
        let links = LinuxHost::system().links().unwrap();
        assert!(!links.iter().any(|link| link.name.as_str() == "mine0"));
    });
    assert!(to.links().contains(&"mine0".to_owned()));
}

#[test]
fn a_namespace_that_cannot_be_used_is_named() {
    let own = Netns::Path("/proc/self/ns/net".into());
    let absent: Netns = "/run/netns/does-not-exist".parse().unwrap();
    let plain = Netns::Path("/proc/self/stat".into());
    let cases = [
        (None, absent.clone(), &absent, Errno::NOENT),
        (Some(absent.clone()), own.clone(), &absent, Errno::NOENT),
        (Some(plain.clone()), own, &plain, Errno::INVAL),
    ];
    for (from, to, named, errno) in cases {
        let crossing = Crossing { root: "/".into(), from, to };
        let netlink = Netlink::new(Protocol::Route);
        let fault = netlink.request_across(crossing, give("lo"), LONG).unwrap_err();
        assert_eq!(fault.errno(), Some(errno));
        let NetlinkFault::Namespace { netns, .. } = fault else { panic!("{fault:?}") };
        assert_eq!(&netns, named);
    }
}

/// A session has a thread, and leaves none behind.
#[test]
fn a_session_keeps_its_socket_and_no_longer_than_itself() {
    let (tell, told) = mpsc::channel();
    let netlink = Netlink::over(move || {
        tell.send(()).unwrap();
        Ok(Box::new(NetlinkSocket::open(Protocol::Route)?))
    });
    let session = netlink.session();
    for _ in 0..3 {
        session.request(link_dump(), LONG).unwrap();
    }
    assert_eq!(told.try_iter().count(), 1, "one socket for all of them");
    drop(session);
    netlink.session().request(link_dump(), LONG).unwrap();
    assert_eq!(told.try_iter().count(), 1, "another one for the next");
}
