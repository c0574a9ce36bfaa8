//! Uevents: parsing, who is believed, and real sockets.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod netlink_support;

use std::time::Duration;

use netlink_support::netns::in_new_netns;
use netlink_sys::{Socket, SocketAddr};
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{
    Message, NetlinkSocket, Protocol, Wire, decode_link_notice, decode_uevent,
};
use sriov_host::seam::{EventStream, HostEvent, LinkChange, Uevent, Uevents, VfLink, Wake};
use sriov_host::{IfIndex, PciAddress};

const LONG: Duration = Duration::from_secs(20);
const VF: &str = "/devices/pci0000:00/0000:00:01.0/0000:01:10.0";

fn lines(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.bytes().chain([0])).collect()
}

fn udev(properties: &[u8]) -> Vec<u8> {
    let mut bytes = b"libudev\0".to_vec();
    bytes.extend(0xfeed_cafe_u32.to_be_bytes());
    let length = u32::try_from(properties.len()).unwrap();
    bytes.extend([40, 40, length].iter().flat_map(|word: &u32| word.to_ne_bytes()));
    bytes.resize(40, 0);
    bytes.extend(properties);
    bytes
}

fn pci(text: &str) -> Option<PciAddress> {
    text.parse().ok()
}

#[test]
fn a_kernel_event_of_a_function() {
    let datagram = lines(&[
        &format!("bind@{VF}"),
        "ACTION=bind",
        &format!("DEVPATH={VF}"),
        "SUBSYSTEM=pci",
        "DRIVER=igbvf",
        "PCI_CLASS=20000",
        "PCI_SLOT_NAME=0000:01:10.0",
        "SEQNUM=4711",
    ]);
    let expected = Uevent {
        action: "bind".to_owned(),
        devpath: VF.to_owned(),
        subsystem: Some("pci".to_owned()),
        driver: Some("igbvf".to_owned()),
        pci: pci("0000:01:10.0"),
        ..Uevent::default()
    };
    assert_eq!(decode_uevent(&datagram), Ok(HostEvent::Kernel(expected)));
}

#[test]
fn an_event_of_a_netdev_names_the_function_above_it() {
    let path = format!("{VF}/net/eth3");
    let datagram = lines(&[
        &format!("move@{path}"),
        "ACTION=move",
        &format!("DEVPATH={path}"),
        "SUBSYSTEM=net",
        &format!("DEVPATH_OLD={VF}/net/eth0"),
        "INTERFACE=eth3",
        "IFINDEX=12",
    ]);
    let Ok(HostEvent::Kernel(event)) = decode_uevent(&datagram) else { panic!("not decoded") };
    assert_eq!(event.pci, pci("0000:01:10.0"));
    assert_eq!(event.devpath_old, Some(format!("{VF}/net/eth0")));
    assert_eq!(event.interface, "eth3".parse().ok());
    assert_eq!(event.ifindex, IfIndex::new(12));
    assert_eq!(event.driver, None);
}

#[test]
fn an_event_of_udev_is_told_by_its_prefix() {
    let properties =
        lines(&["ACTION=add", &format!("DEVPATH={VF}"), "SUBSYSTEM=pci", "ID_NET_NAME=x"]);
    let Ok(HostEvent::Udev(event)) = decode_uevent(&udev(&properties)) else {
        panic!("not decoded")
    };
    assert_eq!((event.action.as_str(), event.devpath.as_str()), ("add", VF));
    assert_eq!(event.pci, pci("0000:01:10.0"));
}

#[test]
fn what_is_no_uevent_is_malformed() {
    let good = udev(&lines(&["ACTION=add", "DEVPATH=/devices/x"]));
    assert!(decode_uevent(&good).is_ok());
    let mut wrong_magic = good.clone();
    wrong_magic[8] ^= 1;
    let mut outside = good.clone();
    outside[20..24].fill(0xff);
    let mut behind = good.clone();
    behind[16..20].fill(0xff);
    let without_path = udev(&lines(&["ACTION=add"]));
    let cases = [wrong_magic, outside, behind, without_path, b"libudev\0".to_vec()];
    let texts = [&b""[..], b"add@/devices/x", b"no separator\0", b"@/devices/x\0", b"add@\0"];
    for bytes in cases.into_iter().chain(texts.into_iter().map(<[u8]>::to_vec)) {
        assert!(decode_uevent(&bytes).is_err(), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn values_that_do_not_parse_are_absent() {
    let datagram = lines(&[
        "add@/devices/virtual/net/x",
        "PCI_SLOT_NAME=nonsense",
        "IFINDEX=-1",
        "INTERFACE=a/b",
        "no equals sign",
        "=",
    ]);
    let Ok(HostEvent::Kernel(event)) = decode_uevent(&datagram) else { panic!("not decoded") };
    assert_eq!((event.pci, event.ifindex, event.interface), (None, None, None));
}

fn notice(kind: u16, family: u8, index: u32) -> Message {
    let mut payload = netlink_support::ifinfomsg(index);
    payload[0] = family;
    Message::new(kind, payload)
}

#[test]
fn link_notices_are_changes_and_removals() {
    let seven = IfIndex::new(7).unwrap();
    assert_eq!(decode_link_notice(&notice(16, 0, 7)), Some(HostEvent::LinkChanged(seven)));
    assert_eq!(decode_link_notice(&notice(17, 0, 7)), Some(HostEvent::LinkRemoved(seven)));
    // A port that leaves its bridge is still there.
    assert_eq!(decode_link_notice(&notice(17, 7, 7)), Some(HostEvent::LinkChanged(seven)));
    assert_eq!(decode_link_notice(&notice(20, 0, 7)), None);
    assert_eq!(decode_link_notice(&notice(16, 0, 0)), None);
    assert_eq!(decode_link_notice(&Message::new(16, vec![0; 15])), None);
}

/// The next event, which must come.
fn next(stream: &mut dyn EventStream) -> HostEvent {
    match stream.next(LONG).unwrap() {
        Wake::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

/// Lets the kernel announce an event in the caller's namespace (root only).
fn announce(event: &[u8]) {
    let mut socket = NetlinkSocket::open(Protocol::KobjectUevent).unwrap();
    socket.send(&Message { flags: 1, ..Message::new(16, event.to_vec()) }.to_bytes()).unwrap();
}

/// Sends a datagram to a multicast group, as udev does (root only).
fn broadcast(group: u32, datagram: &[u8]) {
    let mut socket = Socket::new(15).unwrap();
    socket.bind_auto().unwrap();
    socket.send_to(datagram, &SocketAddr::new(0, group), 0).unwrap();
}

#[test]
fn links_and_devices_come_through_one_stream() {
    in_new_netns(|| {
        let host = LinuxHost::system();
        let mut stream = host.subscribe().unwrap();
        assert_eq!(stream.next(Duration::ZERO).unwrap(), Wake::TimedOut);
        let lo = IfIndex::new(1).unwrap();
        host.set_link(lo, &LinkChange::AdminUp(true)).unwrap();
        assert_eq!(next(&mut *stream), HostEvent::LinkChanged(lo));
        while stream.next(Duration::ZERO).unwrap() != Wake::TimedOut {}
        announce(&lines(&[&format!("add@{VF}"), "ACTION=add", "SUBSYSTEM=pci"]));
        let HostEvent::Kernel(event) = next(&mut *stream) else { panic!("not the kernel's") };
        assert_eq!((event.action.as_str(), event.pci), ("add", pci("0000:01:10.0")));
        let properties = lines(&["ACTION=change", &format!("DEVPATH={VF}")]);
        broadcast(2, &udev(&properties));
        let HostEvent::Udev(event) = next(&mut *stream) else { panic!("not udev's") };
        assert_eq!(event.action, "change");
    });
}

#[test]
fn strangers_are_not_believed() {
    in_new_netns(|| {
        let mut stream = LinuxHost::system().subscribe().unwrap();
        // A process that claims to be the kernel.
        broadcast(1, &lines(&["remove@/devices/x", "ACTION=remove"]));
        // Something that claims to be udev and is not a process at all.
        announce(&udev(&lines(&["ACTION=remove", "DEVPATH=/devices/x"])));
        announce(b"nonsense");
        announce(&lines(&["add@/devices/last"]));
        let HostEvent::Kernel(event) = next(&mut *stream) else { panic!("not the kernel's") };
        assert_eq!(event.devpath, "/devices/last", "and nothing before it");
    });
}

#[test]
fn a_flood_is_reported_as_lost_events() {
    in_new_netns(|| {
        let mut stream = LinuxHost::system().subscribe().unwrap();
        let mut socket = Socket::new(15).unwrap();
        socket.bind_auto().unwrap();
        let padding = format!("PADDING={}", "x".repeat(4000));
        let event = udev(&lines(&["ACTION=add", "DEVPATH=/devices/x", &padding]));
        for _ in 0..20_000 {
            socket.send_to(&event, &SocketAddr::new(0, 2), 0).unwrap();
        }
        assert_eq!(stream.next(LONG).unwrap(), Wake::Lost);
        assert!(matches!(stream.next(LONG).unwrap(), Wake::Event(HostEvent::Udev(_))));
    });
}
