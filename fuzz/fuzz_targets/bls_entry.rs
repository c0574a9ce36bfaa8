//! Boot loader entries, with their variables.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use sriov_host::boot::loaders::{BlsEntry, GrubEnv};

fuzz_target!(|text: &str| {
    let (env, entry) = text.split_once('\0').unwrap_or(("", text));
    let entry = BlsEntry::parse("entry", entry);
    // Without variables, nothing is replaced.
    let expanded = entry.expanded(&GrubEnv::parse(env), &BTreeMap::new());
    if !entry.options.contains('$') {
        assert_eq!(expanded, entry.options);
    }
});
