//! The captured outputs, and short words for what is in them.

use sriov_mlx::output::{DeviceReading, read_table};
use sriov_mlx::param::{Cell, Param, Reading, Value};

/// The text of a fixture.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/output/fixtures/", $name))
    };
}
pub(crate) use fixture;

/// The only device in an output.
pub(crate) fn device(text: &str) -> DeviceReading {
    let mut devices = read_table(text).unwrap();
    assert_eq!(devices.len(), 1, "{devices:?}");
    devices.remove(0)
}

pub(crate) fn reading(text: &str) -> Reading {
    device(text).reading
}

/// A cell with a value as it is printed; `-` for a column that is not there.
pub(crate) fn cell(text: &str) -> Cell {
    match text {
        "-" => Cell::NoColumn,
        "N/A" => Cell::NotAvailable,
        _ => Cell::Value(value(text)),
    }
}

/// Independent of the reader, and only for text that is known to be right.
fn value(text: &str) -> Value {
    let number = |text: &str| text.parse::<u64>().ok();
    if let Some(number) = number(text) {
        Value::Number(number)
    } else if let Some((word, rest)) = text.split_once('(') {
        Value::Named { text: word.into(), value: number(rest.trim_end_matches(')')).unwrap() }
    } else if let Some(range) = text.strip_prefix("Array[") {
        let (first, last) = range.trim_end_matches(']').split_once("..").unwrap();
        Value::Array { first: first.parse().unwrap(), last: last.parse().unwrap() }
    } else {
        Value::Text(text.into())
    }
}

/// Default, current and next boot.
pub(crate) fn param(default: &str, current: &str, next: &str) -> Param {
    Param { default: cell(default), current: cell(current), next: cell(next), read_only: false }
}

/// That a reading has these parameters and no others.
pub(crate) fn assert_params(reading: &Reading, expected: &[(&str, Param)]) {
    for (name, param) in expected {
        assert_eq!(reading.param(name), Some(param), "{name}");
    }
    let names: Vec<_> = reading.params.keys().map(ToString::to_string).collect();
    let mut expected: Vec<_> = expected.iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

/// Diagnostics as `line parameter`.
pub(crate) fn diagnosed(reading: &Reading) -> Vec<(usize, &str)> {
    let pair = |diagnostic: &'_ sriov_mlx::param::Diagnostic| diagnostic.line.unwrap_or(0);
    let names = reading.diagnostics.iter().map(|d| d.param.as_deref().unwrap_or(""));
    reading.diagnostics.iter().map(pair).zip(names).collect()
}
