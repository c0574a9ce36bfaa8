//! Decoding VF lists, beside netlink-packet-route.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use netlink_packet_core::Parseable;
use netlink_packet_route::link::LinkMessage;
use sriov_benches::link_with_vfs;
use sriov_host::netlink::decode_vfs;

fn vf_list(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("vf_list");
    for count in [8, 64, 220, 1000] {
        let payload = link_with_vfs(count);
        group.throughput(Throughput::Elements(count.into()));
        group.bench_with_input(BenchmarkId::new("sriov-host", count), &payload, |b, payload| {
            b.iter(|| decode_vfs(payload));
        });
        // It cannot read lists whose length has wrapped.
        if count < 222 {
            let id = BenchmarkId::new("netlink-packet-route", count);
            group.bench_with_input(id, &payload, |b, payload| {
                b.iter(|| LinkMessage::parse(payload.as_slice()));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, vf_list);
criterion_main!(benches);
