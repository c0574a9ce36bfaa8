//! Decoding VF lists is cheap: measured against netlink-packet-route in the same run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use netlink_packet_core::Parseable;
use netlink_packet_route::link::LinkMessage;
use sriov_benches::link_with_vfs;
use sriov_host::netlink::decode_vfs;

/// The best of many runs: what disturbs a run only makes it longer.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn fastest(mut work: impl FnMut()) -> Duration {
    let run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_with(run).take(200).min().unwrap_or_default()
}

#[test]
fn two_hundred_and_twenty_vfs_decode_several_times_faster_than_the_oracle() {
    let payload = link_with_vfs(220);
    let own = fastest(|| {
        assert_eq!(black_box(decode_vfs(black_box(&payload))).unwrap().vfs.len(), 220);
    });
    let oracle = fastest(|| {
        assert!(black_box(LinkMessage::parse(black_box(payload.as_slice()))).is_ok());
    });
    println!("220 VFs: {own:?}, netlink-packet-route {oracle:?}");
    // Without optimisation both pay for every iterator, and only their order can be told.
    let promised = if cfg!(debug_assertions) { own + own / 2 } else { own * 5 };
    assert!(oracle >= promised, "own {own:?}, netlink-packet-route {oracle:?}");
}

#[test]
fn a_vf_costs_no_allocation_of_its_own() {
    let count = |vfs| {
        let payload = link_with_vfs(vfs);
        let info = allocation_counter::measure(|| {
            assert!(decode_vfs(black_box(&payload)).is_ok());
        });
        info.count_total
    };
    assert_eq!(count(220), 1, "the list itself, sized by the announced number");
    assert_eq!(count(220), count(2000));
}

#[test]
fn memory_follows_the_bytes_not_the_announced_number() {
    let mut payload = link_with_vfs(1);
    let announced = 16 + 12 + 8 + 4;
    payload[announced..announced + 4].fill(0xff);
    let info = allocation_counter::measure(|| drop(decode_vfs(black_box(&payload))));
    assert!(info.bytes_total < 8192, "{info:?}");
}
