//! A card's answer is read in no time, compared with the seconds that the tool takes for it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sriov_benches::firmware_table;
use sriov_mlx::output::{MAX_OUTPUT, read_table};

/// The best of many runs: what disturbs a run only makes it longer.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn fastest(runs: usize, mut work: impl FnMut()) -> Duration {
    let run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_with(run).take(runs).min().unwrap_or_default()
}

#[test]
fn a_full_query_of_156_rows_is_read_in_100_us() {
    let table = firmware_table(156);
    let best = fastest(300, || {
        let devices = black_box(read_table(black_box(&table))).unwrap();
        assert_eq!(devices[0].reading.params.len(), 156);
    });
    println!("156 rows: {best:?}");
    // Without optimisation it is some fifteen times as slow.
    let promised = Duration::from_micros(if cfg!(debug_assertions) { 3_000 } else { 100 });
    assert!(best <= promised, "{best:?}");
}

#[test]
fn a_row_costs_its_name_and_its_words() {
    let count = |rows| {
        let table = firmware_table(rows);
        allocation_counter::measure(|| {
            assert!(read_table(black_box(&table)).is_ok());
        })
        .count_total
    };
    let per_row = (count(1_156) - count(156)) / 1_000;
    assert!(per_row <= 9, "{per_row} allocations for each row");
}

/// The time for twice as much is about twice as long, whatever is in the text.
#[test]
fn time_follows_the_length() {
    let repeated = |piece: &str, length: usize| piece.repeat(length / piece.len());
    let heading = "Configurations: Default Current Next Boot\n";
    for (name, text) in [
        ("rows", &(|length: usize| firmware_table(length / 110)) as &dyn Fn(usize) -> String),
        ("bad rows", &|length| format!("{heading}{}", repeated(" SHORT 1 2\n", length))),
        ("glue", &|length| format!("{heading} A {}", repeated("EMBEDDED_CPU(15)", length))),
        ("one word", &|length| format!("{heading} {}", repeated("A", length))),
        ("columns", &|length| format!("Configurations: {}", repeated("x ", length))),
        ("groups", &|length| {
            format!("-E- Failed to query some of the TLVs:\n {}", repeated("nv_a nv_b ", length))
        }),
    ] {
        let time = |length: usize| {
            let text = text(length);
            assert!(text.len() <= MAX_OUTPUT, "{}", text.len());
            fastest(8, || drop(black_box(read_table(black_box(&text)))))
        };
        let (short, long) = (time(1 << 16), time(1 << 19));
        println!("{name}: 64 KiB {short:?}, 512 KiB {long:?}");
        let promised = short.max(Duration::from_micros(50)) * 24;
        assert!(long <= promised, "{name}: {short:?} for 64 KiB, {long:?} for 512 KiB");
    }
}
