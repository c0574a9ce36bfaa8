//! Messages as Linux 6.12 sent and took them, byte for byte.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test")]

mod nldev_support;

use nldev_support::hex;
use sriov_host::netlink::{Message, Messages, Request, decode_ack};
use sriov_host::seam::{
    PhysicalState, PortState, RawAttribute, RdmaDevice, RdmaEvent, RdmaEventKind, RdmaNodeType,
    RdmaPort, RdmaSettings,
};
use sriov_host::{Errno, Guid, IfIndex, NetnsMode, RdmaIndex};
use sriov_rdma::nldev::{
    decode_device, decode_event, decode_port, decode_settings, device_dump, device_move,
    device_rename, link_add, link_delete, owner_dumps, port_dump, port_get, system_get, system_set,
    usage_get,
};

const SEQUENCE: u32 = 0x0403_0201;

fn assert_sent(request: &Request, golden: &str) {
    assert_eq!(request.to_bytes(SEQUENCE).unwrap(), hex(golden));
}

fn received(golden: &str) -> Message {
    let bytes = hex(golden);
    let mut messages = Messages::new(&bytes);
    let message = messages.next().unwrap().unwrap();
    assert!(messages.next().is_none(), "one message");
    message
}

fn device() -> RdmaIndex {
    RdmaIndex::new(0)
}

#[test]
fn requests_are_those_that_the_kernel_took() {
    assert_sent(&system_get(), "10000000 0614 0500 01020304 00000000");
    assert_sent(
        &system_set(NetnsMode::Exclusive),
        "18000000 0714 0500 01020304 00000000 05004200 00000000",
    );
    assert_sent(
        &system_set(NetnsMode::Shared),
        "18000000 0714 0500 01020304 00000000 05004200 01000000",
    );
    assert_sent(&device_dump(), "10000000 0114 0503 01020304 00000000");
    assert_sent(
        &port_get(device(), 1),
        "20000000 0514 0500 01020304 00000000 08000100 00000000 08000300 01000000",
    );
}

/// Built from the attribute table of `rdma_netlink.h`.
#[test]
fn requests_about_a_device_name_it_by_its_number() {
    let index = RdmaIndex::new(3);
    let header = |length: &str, kind: &str, flags: &str| {
        format!("{length}000000 {kind}14 {flags} 01020304 00000000 08000100 03000000")
    };
    assert_sent(&port_dump(index), &header("18", "05", "0503"));
    assert_sent(&usage_get(index), &header("18", "09", "0500"));
    assert_sent(&link_delete(index), &header("18", "04", "0500"));
    let kinds = ["0a", "0b", "0c", "0d", "0e"];
    let dumps: Vec<_> = owner_dumps(index).collect();
    assert_eq!(dumps.len(), kinds.len());
    for ((_, request), kind) in dumps.iter().zip(kinds) {
        assert_sent(request, &header("18", kind, "0503"));
    }
    let name = "mlx5_2".parse().unwrap();
    assert_sent(
        &device_rename(index, &name),
        &(header("24", "02", "0500") + "0b000200 6d6c7835 5f320000"),
    );
    assert_sent(&device_move(index, 9), &(header("20", "02", "0500") + "08004400 09000000"));
}

#[test]
fn a_soft_device_is_made_of_name_driver_and_netdev() {
    let request =
        link_add(&"rxe0".parse().unwrap(), &"rxe".parse().unwrap(), &"lo".parse().unwrap());
    assert_sent(
        &request,
        "2c000000 0314 0500 01020304 00000000
         09000200 72786530 00000000 08004100 72786500 07003300 6c6f0000",
    );
}

#[test]
fn the_settings_of_linux_6_12() {
    let message = received(
        "30000000 0614 0000 01020304 67120000
         05004200 01000000 05006000 00000000 05006700 01000000 05005d00 01000000",
    );
    assert_eq!((message.kind, message.sequence), (0x1406, SEQUENCE));
    let settings = RdmaSettings {
        netns_mode: Some(NetnsMode::Shared),
        copy_on_fork: Some(true),
        privileged_qkey: Some(false),
        monitor: Some(true),
        unknown: Vec::new(),
    };
    assert_eq!(decode_settings(&message.payload), Ok(settings));
}

#[test]
fn a_device_of_linux_6_12() {
    let message = received(
        "74000000 0114 0200 01020304 67120000
         08000100 00000000 09000200 72786530 00000000 08000300 01000000
         0c000400 86702300 00000000 0c000600 0000feff 00002a02 0c000700 0000feff 00002a02
         05000e00 01000000 05005400 00000000 05006500 01000000 09004300 726f6365 00000000",
    );
    let entry = decode_device(&message.payload).unwrap();
    assert_eq!(entry.ports, Some(1));
    let guid = Some("02:2a:00:00:ff:fe:00:00".parse::<Guid>().unwrap());
    let expected = RdmaDevice {
        index: device(),
        name: "rxe0".parse().unwrap(),
        node_type: Some(RdmaNodeType::ChannelAdapter),
        protocol: Some("roce".to_owned()),
        firmware: None,
        node_guid: guid,
        sys_image_guid: guid,
        capabilities: Some(0x0023_7086),
        adaptive_moderation: Some(false),
        ports: Vec::new(),
        // How the name was given; the vocabulary has no word for it.
        unknown: vec![RawAttribute { kind: 101, payload: vec![1] }],
    };
    assert_eq!(entry.device, expected);
}

#[test]
fn a_port_of_linux_6_12() {
    let message = received(
        "4c000000 0114 0000 01020304 67120000
         08000100 00000000 09000200 72786530 00000000 08000300 01000000
         05000c00 04000000 05000d00 05000000 08003200 01000000 07003300 6c6f0000",
    );
    let expected = RdmaPort {
        number: 1,
        state: Some(PortState::Active),
        physical_state: Some(PhysicalState::LinkUp),
        netdev: IfIndex::new(1).zip("lo".parse().ok()),
        ..RdmaPort::default()
    };
    assert_eq!(decode_port(&message.payload), Ok(expected));
}

#[test]
fn a_notification_of_linux_6_12() {
    let message = received(
        "2c000000 1c14 0000 00000000 00000000
         08000100 05000000 09000200 72786530 00000000 05006600 01000000",
    );
    let expected = RdmaEvent {
        kind: RdmaEventKind::Unregistered,
        device: RdmaIndex::new(5),
        name: Some("rxe0".parse().unwrap()),
        port: None,
        netdev: None,
    };
    assert_eq!(decode_event(&message), Ok(Some(expected)));
}

#[test]
fn how_requests_end_on_linux_6_12() {
    let ack = received(
        "24000000 0200 0001 01020304 67120000 00000000 10000000 0614 0500 01020304 00000000",
    );
    assert_eq!(decode_ack(&ack).unwrap().errno, None);
    let plain = received(
        "2c000000 0200 0000 01020304 67120000 eaffffff
         18000000 0714 0500 01020304 00000000 05004200 02000000",
    );
    assert_eq!(decode_ack(&plain).unwrap().errno, Some(Errno::INVAL));
    let extended = received(
        "48000000 0200 0003 01020304 67120000 eaffffff 18000000 0714 0500 01020304 00000000
         1b000100 556e6b6e 6f776e20 61747472 69627574 65207479 70650000 08000200 18000000",
    );
    let ack = decode_ack(&extended).unwrap();
    assert_eq!(ack.errno, Some(Errno::INVAL));
    assert_eq!(ack.message.as_deref(), Some("Unknown attribute type"));
    assert_eq!(ack.offset, Some(0x18));
    let done = received("14000000 0300 0200 01020304 67120000 00000000");
    assert_eq!(decode_ack(&done).unwrap().errno, None);
}
