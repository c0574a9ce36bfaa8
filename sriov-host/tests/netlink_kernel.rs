//! The running kernel, through real sockets: links, namespaces, devlink.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::string_slice, clippy::disallowed_methods, reason = "a test")]

mod netlink_support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use netlink_support::netns::in_new_netns;
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{Netlink, NetlinkSocket, Protocol, Request, Wire, link_dump};
use sriov_host::seam::{
    Devlink, DevlinkDevice, LinkChange, NetlinkFault, VfChange, VfLink, VfSetting,
};
use sriov_host::{
    Errno, Guid, IfIndex, MacAddr, Mtu, Netns, TxRate, VfIndex, VfLinkState, VlanId, VlanProto,
    VlanTag,
};

const LONG: Duration = Duration::from_secs(20);

fn names(host: &LinuxHost) -> BTreeSet<String> {
    host.links().unwrap().iter().map(|link| link.name.to_string()).collect()
}

fn lo() -> IfIndex {
    IfIndex::new(1).unwrap()
}

#[test]
fn the_loopback_link_is_there() {
    let host = LinuxHost::system();
    let links = host.links().unwrap();
    let lo = links.iter().find(|link| link.name.as_str() == "lo").unwrap();
    assert_eq!(lo.mtu, Mtu::new(65_536));
    assert_eq!(lo.link_type, None, "loopback is neither Ethernet nor InfiniBand");
    assert_eq!(&host.link(lo.index).unwrap(), lo);
    let vfs = host.vfs(lo.index).unwrap();
    assert_eq!((vfs.announced, vfs.vfs.len(), vfs.wrapped), (0, 0, false));
}

#[test]
fn the_links_are_those_of_sysfs() {
    let host = LinuxHost::system();
    let entries = fs::read_dir("/sys/class/net").unwrap();
    let folders: BTreeSet<String> = entries
        .map(|entry| entry.unwrap())
        // `bonding_masters` is a file.
        .filter(|entry| entry.path().join("ifindex").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(names(&host), folders);
    for link in host.links().unwrap() {
        let attribute = |name: &str| {
            let path = PathBuf::from("/sys/class/net").join(link.name.as_str()).join(name);
            fs::read_to_string(path).unwrap().trim().to_owned()
        };
        assert_eq!(link.index.to_string(), attribute("ifindex"));
        assert_eq!(link.mtu.unwrap().to_string(), attribute("mtu"));
        if let Some(mac) = link.mac {
            assert_eq!(mac.to_string(), attribute("address"));
        }
        let flags = u32::from_str_radix(&attribute("flags")[2..], 16).unwrap();
        assert_eq!(link.admin_up, flags & 1 == 1);
        let device = PathBuf::from("/sys/class/net").join(link.name.as_str()).join("device");
        let device = fs::read_link(device).ok();
        let device = device.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        assert_eq!(link.parent, device, "the device behind {}", link.name);
    }
}

#[test]
fn an_absent_link_is_not_found() {
    let host = LinuxHost::system();
    let absent = IfIndex::new(i32::MAX.unsigned_abs() - 1).unwrap();
    assert!(host.link(absent).unwrap_err().is_not_found());
    assert!(host.vfs(absent).unwrap_err().is_not_found());
    in_new_netns(move || {
        let error = host.set_link(absent, &LinkChange::AdminUp(true)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::NODEV));
        assert_eq!(error.to_string(), "cannot set the administrative state of link 2147483646");
    });
}

#[test]
fn a_datagram_of_any_size_arrives_whole() {
    in_new_netns(|| {
        let mut socket = NetlinkSocket::open(Protocol::Route).unwrap();
        let mut other = netlink_sys::Socket::new(0).unwrap();
        let port = other.bind_auto().unwrap().port_number();
        let to = netlink_sys::SocketAddr::new(socket.port(), 0);
        let mut buffer = Vec::new();
        let sizes = [1, 4096, 32_768, 32_769, 65_536, 100_724, 150_000, 16];
        for size in sizes {
            let datagram: Vec<u8> = (0..=250).cycle().take(size).collect();
            other.send_to(&datagram, &to, 0).unwrap();
            let received = socket.recv(&mut buffer, LONG).unwrap().unwrap();
            assert_eq!((received.sender, received.length), (port, size));
            assert_eq!(buffer, datagram);
        }
        assert_eq!(socket.recv(&mut buffer, Duration::ZERO).unwrap(), None);
    });
}

#[test]
fn links_are_changed_one_property_at_a_time() {
    in_new_netns(|| {
        let host = LinuxHost::system();
        let before = host.link(lo()).unwrap();
        assert!(!before.admin_up, "a new namespace starts with its loopback down");
        host.set_link(lo(), &LinkChange::Mtu(Mtu::new(1280).unwrap())).unwrap();
        host.set_link(lo(), &LinkChange::Name("loop9".parse().unwrap())).unwrap();
        host.set_link(lo(), &LinkChange::AdminUp(true)).unwrap();
        let mut expected = before.clone();
        expected.mtu = Mtu::new(1280);
        expected.name = "loop9".parse().unwrap();
        expected.admin_up = true;
        assert_eq!(host.link(lo()).unwrap(), expected);
        host.set_link(lo(), &LinkChange::AdminUp(false)).unwrap();
        assert!(!host.link(lo()).unwrap().admin_up);
        let refused = host.set_link(lo(), &LinkChange::Mtu(Mtu::new(u32::MAX).unwrap()));
        assert_eq!(refused.unwrap_err().errno(), Some(Errno::INVAL));
    });
}

/// The kernel checks the layout of every VF attribute before it finds that loopback has no VFs:
/// a wrong one is EINVAL or ERANGE.
#[test]
fn the_kernel_accepts_the_layout_of_every_vf_change() {
    in_new_netns(|| {
        let host = LinuxHost::system();
        let tag = |proto| VlanTag { id: VlanId::new(100), proto, ..VlanTag::default() };
        let rate = TxRate::from_mbps(100);
        let settings = [
            VfSetting::Mac(MacAddr::new([2, 0, 0, 0, 0, 1])),
            VfSetting::Vlan(tag(VlanProto::Dot1Q)),
            VfSetting::Vlan(tag(VlanProto::Dot1Ad)),
            VfSetting::Vlan(VlanTag::default()),
            VfSetting::Rate { min: rate, max: rate },
            VfSetting::SpoofCheck(true),
            VfSetting::Trust(false),
            VfSetting::LinkState(VfLinkState::Disable),
            VfSetting::RssQuery(true),
            VfSetting::NodeGuid(Guid::from_kernel(1)),
            VfSetting::PortGuid(Guid::from_kernel(1)),
        ];
        for set in settings {
            let change = VfChange { vf: VfIndex::new(0), set };
            let refused = host.set_vfs(lo(), &[change, change]).unwrap_err();
            assert_eq!(refused.errno(), Some(Errno::OPNOTSUPP), "{set:?}: {refused:?}");
            assert!(refused.is_unsupported());
        }
        host.set_vfs(lo(), &[]).unwrap();
    });
}

#[test]
fn the_kernels_own_words_reach_the_caller() {
    in_new_netns(|| {
        let netlink = Netlink::new(Protocol::Route);
        // IFLA_MTU of one byte, for link 1.
        let header = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let request = Request::get(19).header(&header).with(|body| {
            body.u8(4, 1);
        });
        let outcome = netlink.request(request, LONG);
        let Err(NetlinkFault::Refused { message, offset, .. }) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(message.is_some_and(|text| text.contains("ttribute")), "no words");
        assert_eq!(offset, Some(32), "behind both headers");
    });
}

#[test]
fn a_thread_in_another_namespace_sees_its_own_links() {
    let host = LinuxHost::system();
    // Keeps a thread for the namespace of the process.
    let home = names(&host);
    let elsewhere = host.clone();
    in_new_netns(move || {
        let seen = names(&elsewhere);
        let foreign = BTreeSet::from_iter(["eth0".to_owned()]);
        assert!(seen.is_disjoint(&foreign), "{seen:?}");
        elsewhere.set_link(lo(), &LinkChange::Name("mine".parse().unwrap())).unwrap();
        assert!(names(&elsewhere).contains("mine"));
    });
    assert_eq!(names(&host), home);
}

/// The namespaces that threads of this process are in.
fn namespaces() -> BTreeSet<u64> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let path = |task: fs::DirEntry| task.path().join("ns/net");
    tasks.flatten().filter_map(|task| fs::metadata(path(task)).ok()).map(|m| m.ino()).collect()
}

#[test]
fn a_request_in_another_namespace_leaves_no_thread_there() {
    let (tell, told) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let name = "a_request_in_another_namespace_leaves_no_thread_there";
    let owner = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        in_new_netns(move || {
            LinuxHost::system()
                .set_link(lo(), &LinkChange::Name("theirs".parse().unwrap()))
                .unwrap();
            let file = fs::File::open("/proc/thread-self/ns/net").unwrap();
            tell.send((nix::unistd::gettid(), file)).unwrap();
            // Stays until the request is over.
            let _ = held.recv();
        });
    });
    let owner = owner.unwrap();
    let Ok((tid, file)) = told.recv() else {
        return; // skipped, and said so
    };
    let inode = file.metadata().unwrap().ino();
    let netns = Netns::Path(format!("/proc/self/task/{tid}/ns/net").into());
    let netlink = Netlink::in_netns(Protocol::Route, netns, "/");
    let reply = netlink.request(link_dump(), LONG).unwrap();
    let links = reply.messages.iter();
    let links: Vec<_> =
        links.map(|m| sriov_host::netlink::decode_link(&m.payload).unwrap()).collect();
    assert!(links.iter().any(|link| link.name.as_str() == "theirs"), "{links:?}");
    assert!(!LinuxHost::system().links().unwrap().iter().any(|l| l.name.as_str() == "theirs"));
    drop(release);
    owner.join().unwrap();
    // Threads end behind their last message: look until they have.
    let start = Instant::now();
    while namespaces().contains(&inode) {
        assert!(start.elapsed() < LONG, "a thread stays in the namespace");
        std::thread::yield_now();
    }
}

#[test]
fn a_process_names_its_namespace() {
    let netns = std::process::id().to_string().parse().unwrap();
    let netlink = Netlink::in_netns(Protocol::Route, netns, "/");
    let reply = netlink.request(link_dump(), LONG);
    if reply.as_ref().is_err_and(|fault| fault.errno() == Some(Errno::PERM)) {
        eprintln!("SKIPPED a_process_names_its_namespace: entering one needs privileges");
        return;
    }
    assert_eq!(reply.unwrap().messages.len(), names(&LinuxHost::system()).len());
}

#[test]
fn a_namespace_that_is_not_there_is_an_error() {
    let netns: Netns = "/run/netns/does-not-exist".parse().unwrap();
    let netlink = Netlink::in_netns(Protocol::Route, netns, "/");
    let outcome = netlink.request(link_dump(), LONG);
    assert_eq!(outcome.unwrap_err().errno(), Some(Errno::NOENT));
    // A file that is no namespace.
    let netlink = Netlink::in_netns(Protocol::Route, Netns::Path("/proc/self/stat".into()), "/");
    assert_eq!(netlink.request(link_dump(), LONG).unwrap_err().errno(), Some(Errno::INVAL));
}

#[test]
fn many_threads_share_one_host() {
    let host = LinuxHost::system();
    let expected = host.link(lo()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(host.link(lo()).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn a_device_without_devlink_has_no_eswitch() {
    let host = LinuxHost::system();
    let devices = [("pci", "0000:ff:1f.7"), ("netdevsim", "netdevsim10")];
    for (bus, name) in devices {
        let device = DevlinkDevice { bus: bus.to_owned(), name: name.to_owned() };
        assert_eq!(host.eswitch_mode(&device).unwrap(), None);
        let mode = sriov_host::EswitchMode::Switchdev;
        let refused = host.set_eswitch_mode(&device, mode, LONG).unwrap_err();
        assert!(matches!(refused.errno(), Some(Errno::NODEV | Errno::OPNOTSUPP)), "{refused:?}");
        assert_eq!(refused.to_string(), format!("cannot set the eswitch mode of {bus}/{name}"));
    }
}
