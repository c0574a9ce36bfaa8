//! How long it takes to look at a typical network: for linting as people type, and in admission.

use criterion::{Criterion, criterion_group, criterion_main};
use sriov_benches::NETWORK;
use sriov_nad::lint::{Facts, Input, Options, lint};

fn typical(criterion: &mut Criterion) {
    let Ok(input) = Input::parse(NETWORK) else { return };
    let (facts, options) = (Facts::default(), Options::default());
    let mut group = criterion.benchmark_group("nad_lint");
    group.bench_function("lint", |bench| bench.iter(|| lint(&input, &facts, &options)));
    group.bench_function("parse", |bench| bench.iter(|| Input::parse(NETWORK)));
    group.finish();
}

criterion_group!(benches, typical);
criterion_main!(benches);
