//! The drop-in, sourced by a real shell as grub-mkconfig does it.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use sriov_host::boot::probe;
use sriov_host::sim::SimHost;

use crate::support::{edit, text};

/// The two variables, after the drop-in for these edits was sourced.
fn sourced(
    add: &[&str],
    remove: &[&str],
    linux: Option<&str>,
    default: Option<&str>,
) -> [String; 2] {
    let host = SimHost::with_igb_pair();
    let loader = probe(&host).unwrap();
    loader.stage(&host, &edit(add, remove), Duration::from_mins(1)).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text(&host, "etc/default/grub.d/zz-sriov.cfg").as_bytes()).unwrap();
    let script =
        ". \"$0\"\nprintf '%s\\n' \"${GRUB_CMDLINE_LINUX-}\" \"${GRUB_CMDLINE_LINUX_DEFAULT-}\"";
    // In a folder where a pattern would match something.
    let mut shell = Command::new("sh");
    shell.args(["-eu", "-c", script]).arg(file.path()).env_clear().current_dir("/");
    for (name, value) in [("GRUB_CMDLINE_LINUX", linux), ("GRUB_CMDLINE_LINUX_DEFAULT", default)] {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let output = shell.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<String> = stdout.lines().map(str::to_owned).collect();
    lines.try_into().unwrap()
}

#[test]
fn wanted_arguments_are_appended_once() {
    let add = ["intel_iommu=on", "iommu=pt"];
    assert_eq!(sourced(&add, &[], Some(""), Some("quiet")), ["intel_iommu=on iommu=pt", "quiet"]);
    assert_eq!(sourced(&add, &[], None, None), ["intel_iommu=on iommu=pt", ""]);
    assert_eq!(
        sourced(&add, &[], Some("a  b"), Some("iommu=pt quiet")),
        ["a  b intel_iommu=on", "iommu=pt quiet"]
    );
    // Whole words only.
    assert_eq!(
        sourced(&["iommu=pt"], &[], Some("xiommu=pt iommu=pt,x iommu=ptx"), Some("")),
        ["xiommu=pt iommu=pt,x iommu=ptx iommu=pt", ""]
    );
}

#[test]
fn words_are_taken_out_exactly_and_everywhere() {
    let remove = ["quiet", "pci=noaer"];
    assert_eq!(
        sourced(
            &[],
            &remove,
            Some("quiet a quiet quiet"),
            Some("pci=noaer,realloc quietly pci=noaer")
        ),
        ["a", "pci=noaer,realloc quietly"]
    );
    assert_eq!(sourced(&[], &remove, Some("quiet"), None), ["", ""]);
    assert_eq!(sourced(&[], &remove, None, Some("x  y")), ["", "x  y"]);
}

#[test]
fn what_stands_between_quotes_is_a_value() {
    let quoted = "dyndbg=\"file a.c +p quiet x\" quiet";
    assert_eq!(
        sourced(&["x"], &["quiet"], Some(quoted), Some("")),
        ["dyndbg=\"file a.c +p quiet x\" x", ""]
    );
}

#[test]
fn no_value_is_a_pattern_or_a_command() {
    assert_eq!(
        sourced(
            &["a=*"],
            &["b=[x]", "c=?"],
            Some("* b=x b=[x] $(false) `false` c=1 c=?"),
            Some("a=zz")
        ),
        ["* b=x $(false) `false` c=1 a=*", "a=zz"]
    );
}
