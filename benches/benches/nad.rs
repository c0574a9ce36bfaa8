//! Rendering a network, beside `serde_json` reading and printing the config that comes out.

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;
use sriov_benches::NETWORK;
use sriov_nad::json::{format, same_config};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

fn nad(criterion: &mut Criterion) {
    let options = RenderOptions::default();
    let network = Network::parse(NETWORK);
    let rendered = network.as_ref().ok().and_then(|network| render(network, &options).ok());
    let (Ok(network), Some(nad)) = (network, rendered) else { return };
    let compact = nad.config.replace('\n', "");

    let mut group = criterion.benchmark_group("nad");
    group.bench_function("render", |b| b.iter(|| render(&network, &options)));
    group.bench_function("format", |b| b.iter(|| format(&compact)));
    group.bench_function("same_config", |b| b.iter(|| same_config(&compact, &nad.config)));
    group.bench_function("serde_json", |b| {
        b.iter(|| {
            serde_json::from_str::<Value>(&nad.config)
                .and_then(|value| serde_json::to_string_pretty(&value))
        });
    });
    group.finish();
}

criterion_group!(benches, nad);
criterion_main!(benches);
