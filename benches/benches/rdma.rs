//! The codec of nldev: a list of devices, and the smallest request.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sriov_host::netlink::{AttributeWriter, Message, Messages};
use sriov_rdma::nldev::{decode_device, system_get};

/// The list of this many devices, as the datagrams of one dump hold it.
fn device_list(count: u32) -> Vec<u8> {
    (0..count).flat_map(device).collect()
}

/// A device with all that Linux 6.12 tells of one.
fn device(index: u32) -> Vec<u8> {
    let mut writer = AttributeWriter::new();
    writer.u32(1, index).text(2, &format!("mlx5_{index}")).u32(3, 1);
    let number = u64::from(index).to_ne_bytes();
    writer.bytes(4, &number).text(5, "16.35.4030").bytes(6, &number).bytes(7, &number);
    writer.u8(14, 1).u8(84, 1).u8(101, 1).text(67, "roce");
    let payload = writer.finish().unwrap_or_default();
    Message { flags: 2, ..Message::new(0x1401, payload) }.to_bytes()
}

fn devices(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rdma_devices");
    for count in [1, 64] {
        let datagram = device_list(count);
        group.throughput(Throughput::Elements(count.into()));
        group.bench_with_input(BenchmarkId::new("decode", count), &datagram, |b, datagram| {
            b.iter(|| {
                let devices = Messages::new(black_box(datagram));
                let devices = devices.map(|message| decode_device(&message?.payload));
                devices.collect::<Result<Vec<_>, _>>()
            });
        });
    }
    group.finish();
}

fn settings(criterion: &mut Criterion) {
    criterion.bench_function("rdma_settings/encode", |b| {
        b.iter(|| system_get().to_bytes(black_box(1)));
    });
}

criterion_group!(benches, devices, settings);
criterion_main!(benches);
