//! Linting is cheap enough for every key press and every admission.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sriov_benches::NETWORK;
use sriov_nad::lint::{Facts, Input, Options, lint};

const BATCH: u32 = 100;

/// The mean of the best of many batches: what disturbs a batch only makes it longer.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn fastest(mut work: impl FnMut()) -> Duration {
    let batch = || {
        let start = Instant::now();
        (0..BATCH).for_each(|_| work());
        start.elapsed() / BATCH
    };
    std::iter::repeat_with(batch).take(100).min().unwrap_or_default()
}

#[test]
fn a_typical_network_takes_at_most_20_us() {
    let input = Input::parse(NETWORK).unwrap();
    let (facts, options) = (Facts::default(), Options::default());
    let found = lint(&input, &facts, &options);
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), ["NAD022"]);
    let best = fastest(|| {
        black_box(lint(black_box(&input), &facts, &options));
    });
    println!("lint of a typical network: {best:?}");
    // Without optimisation it is some twenty times as slow.
    let promised = Duration::from_micros(if cfg!(debug_assertions) { 400 } else { 20 });
    assert!(best <= promised, "{best:?}");
}
