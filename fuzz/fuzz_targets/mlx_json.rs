//! What mstconfig and mstfwreset write as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_mlx::output::{read_json, read_reset_status};
use sriov_mlx::param::Cell;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for device in read_json(text).unwrap_or_default() {
        let columns = device.reading.columns;
        for param in device.reading.params.values() {
            assert_eq!(param.default != Cell::NoColumn, columns.default);
            assert_eq!(param.current != Cell::NoColumn, columns.current);
            assert_ne!(param.next, Cell::NoColumn);
        }
        assert!(device.proposed.is_empty() && device.reading.missing.is_empty());
        let mut names: Vec<_> = device.reading.params.keys().map(|name| name.as_str()).collect();
        names.retain(|name| device.reading.diagnostics.iter().any(|d| d.param.as_deref() == Some(name)));
        assert!(names.is_empty(), "a parameter with a value and a diagnostic: {names:?}");
    }
    let _ = read_reset_status(text);
});
