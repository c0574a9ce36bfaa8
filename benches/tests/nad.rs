//! Rendering is cheap: in time, beside `serde_json` in the same run, and in allocations.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::Value;
use sriov_benches::NETWORK;
use sriov_nad::nad::Desired;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

/// One call in the best of many short batches: what disturbs a batch only makes it longer.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn fastest(mut work: impl FnMut()) -> Duration {
    let batch = || {
        let start = Instant::now();
        (0..20).for_each(|_| work());
        start.elapsed() / 20
    };
    std::iter::repeat_with(batch).take(1000).min().unwrap_or_default()
}

#[expect(clippy::unwrap_used, reason = "helper of tests")]
fn rendered(network: &Network) -> Desired {
    render(black_box(network), &RenderOptions::default()).unwrap()
}

#[test]
fn a_typical_network_renders_in_five_microseconds() {
    let network = Network::parse(NETWORK).unwrap();
    let config = rendered(&network).config;
    let own = fastest(|| drop(black_box(rendered(&network))));
    let oracle = fastest(|| {
        let value: Value = serde_json::from_str(black_box(&config)).unwrap();
        drop(black_box(serde_json::to_string_pretty(&value)));
    });
    println!("render: {own:?}, serde_json reads and prints its config in {oracle:?}");
    // Without optimisation only gross faults can be told.
    let (promised, times) = if cfg!(debug_assertions) { (200, 4) } else { (5, 1) };
    assert!(own <= oracle * times, "own {own:?}, serde_json {oracle:?}");
    assert!(own <= Duration::from_micros(promised), "{own:?}");
}

#[test]
fn rendering_allocates_only_what_it_returns_and_one_buffer_for_each_text() {
    let network = Network::parse(NETWORK).unwrap();
    let info = allocation_counter::measure(|| drop(black_box(rendered(&network))));
    println!("render: {info:?}");
    assert!(info.count_total <= 14, "{info:?}");
    assert!(info.bytes_max < 8192, "{info:?}");
}

#[test]
fn memory_follows_what_is_stored_not_how_deep_a_field_is() {
    let deep = "[".repeat(9000) + &"]".repeat(9000);
    let text = NETWORK.replace("{ \"net.core.somaxconn\": \"500\" }", &deep);
    assert_ne!(text, NETWORK);
    let network = Network::parse(&text).unwrap();
    let info = allocation_counter::measure(|| {
        assert!(render(&network, &RenderOptions::default()).is_err());
    });
    assert!(info.bytes_max < 64 << 20, "{info:?}");
}
