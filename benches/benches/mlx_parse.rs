//! The answer of a card's firmware: a table and a document.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sriov_benches::firmware_table;
use sriov_mlx::output::{read_json, read_table};

/// The parameters of a table as `mstconfig -j` writes them.
fn document(table: &str) -> String {
    let mut text =
        String::from(r#"{"Device #1": {"device": "0000:3b:00.0", "tlv_configuration": {"#);
    let devices = read_table(table).unwrap_or_default();
    for (index, (name, param)) in devices.iter().flat_map(|d| &d.reading.params).enumerate() {
        let value = param.next.value().map(ToString::to_string).unwrap_or_default();
        let comma = if index == 0 { "" } else { "," };
        let entry = format!(r#""current_value": "{value}", "default_value": "{value}""#);
        let _ = write!(
            text,
            r#"{comma}"{name}": {{{entry}, "modified": false, "next_value": "{value}", "read_only": false}}"#
        );
    }
    text + "}}}"
}

fn answers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mlx_parse");
    for rows in [2, 156] {
        let table = firmware_table(rows);
        let document = document(&table);
        group.throughput(Throughput::Elements(u64::try_from(rows).unwrap_or_default()));
        group.bench_with_input(BenchmarkId::new("table", rows), &table, |b, table| {
            b.iter(|| read_table(black_box(table)));
        });
        group.bench_with_input(BenchmarkId::new("json", rows), &document, |b, document| {
            b.iter(|| read_json(black_box(document)));
        });
    }
    group.finish();
}

criterion_group!(benches, answers);
criterion_main!(benches);
