//! grub's configuration, with an environment block in front of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::boot::loaders::{GrubCfg, GrubEnv};

fuzz_target!(|text: &str| {
    let (env, script) = text.split_once('\0').unwrap_or(("", text));
    let env = GrubEnv::parse(env);
    let Ok(script) = GrubCfg::parse(script, &env) else { return };
    if let Some(linux) = script.default_entry().and_then(|entry| entry.linux.as_ref()) {
        let line = text.lines().count();
        assert!(linux.line >= 1 && linux.line <= line.max(1) + 1);
    }
});
