//! Kernel command lines, and changes of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::boot::{CommandLine, Edit, KernelArg, Presence};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(3, '\n');
    let line = CommandLine::parse(lines.next().unwrap_or_default());
    assert_eq!(CommandLine::parse(&line.to_string()), line, "printed, it means the same");
    let arg = |text: Option<&str>| text.and_then(|text| text.parse::<KernelArg>().ok());
    let (add, remove) = (arg(lines.next()), arg(lines.next()));
    let Ok(edit) = Edit::new(add, remove) else { return };

    let edited = line.with(&edit);
    assert_eq!(CommandLine::parse(&edited.to_string()), edited, "still the same arguments");
    assert_eq!(edited.init_args(), line.init_args(), "what is for init stays");
    let named = |arg: &KernelArg| edit.add.iter().chain(&edit.remove).any(|own| own.is_same(arg));
    let foreign = |line: &CommandLine| -> Vec<KernelArg> {
        line.args().iter().filter(|arg| !named(arg)).cloned().collect()
    };
    assert_eq!(foreign(&edited), foreign(&line), "what is foreign stays");
    assert!(edit.add.iter().all(|arg| edited.presence(arg) != Presence::Absent));
    for arg in &edit.remove {
        assert!(edited.args().iter().all(|found| !found.is_same(arg)));
    }
});
