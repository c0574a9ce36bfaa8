//! What mstconfig prints: tables, refusals and closing lines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::seam::ToolOutput;
use sriov_mlx::output::{Applied, Closing, Refusal, Version, missing_groups, read_table};
use sriov_mlx::param::Cell;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let told = |cell: &Cell| cell.value().is_none_or(|value| text.contains(&value.to_string()));
    for device in read_table(&text).unwrap_or_default() {
        for (name, param) in &device.reading.params {
            assert!(text.contains(name.as_str()), "a name that is not in the text");
            assert!(told(&param.default) && told(&param.current) && told(&param.next));
        }
        assert!(device.proposed.values().all(told));
    }
    let _ = (missing_groups(&text), Version::of(&text), Closing::of(&text), Applied::of(&text));
    let (stdout, stderr) = text.split_once('\0').unwrap_or((&text, ""));
    for status in [None, Some(0), Some(3)] {
        let output = ToolOutput { status, stdout: stdout.into(), stderr: stderr.into() };
        if let Some(refusal) = Refusal::of(&output) {
            assert!(refusal.to_string().len() < 6_000, "bounded");
        }
    }
});
