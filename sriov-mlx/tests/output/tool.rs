//! The real tool, on a machine without a card.
#![cfg(all(feature = "linux", target_os = "linux"))]

use std::time::Duration;

use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Tool, ToolOutput, ToolRun};
use sriov_mlx::output::{OutputError, Refusal, Version, read_table};

/// A function that no machine has: nothing is asked of cards that there may be.
const NO_DEVICE: &str = "0000:fe:1f.7";

/// Runs `mstconfig`; `None` where it is not installed, unless `SRIOV_REQUIRE_TOOLS` says that it is.
#[expect(clippy::print_stderr, reason = "a skip must be seen")]
#[expect(clippy::disallowed_methods, reason = "it is how CI says that nothing may be skipped")]
fn mstconfig(test: &str, args: &[&str]) -> Option<ToolOutput> {
    let host = LinuxHost::system();
    let Some(program) = host.find_tool("mstconfig").unwrap() else {
        let required = std::env::var("SRIOV_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
        assert!(!required, "mstconfig is not installed");
        eprintln!("SKIPPED {test}: mstconfig is not installed");
        return None;
    };
    let run = ToolRun::query(program, args.iter().copied());
    Some(host.run_tool(&run, Duration::from_secs(30)).unwrap())
}

#[test]
fn the_real_version_is_read() {
    let Some(output) = mstconfig("the_real_version_is_read", &["--version"]) else { return };
    assert!(output.succeeded(), "{output:?}");
    let version = Version::of(&output.stdout).unwrap_or_else(|| panic!("{output:?}"));
    assert_eq!(version.major, 4);
    assert!(output.stdout.contains(&version.to_string()));
}

#[test]
fn the_real_help_knows_json_if_the_version_does() {
    let test = "the_real_help_knows_json_if_the_version_does";
    let (Some(version), Some(help)) =
        (mstconfig(test, &["--version"]), mstconfig(test, &["--help"]))
    else {
        return;
    };
    let version = Version::of(&version.stdout).unwrap();
    assert_eq!(help.stdout.contains("json_format"), version.supports_json(), "{version}");
    assert_eq!(read_table(&help.stdout), Err(OutputError::NoTable));
}

#[test]
fn the_real_refusal_of_a_device_that_is_not_there() {
    let test = "the_real_refusal_of_a_device_that_is_not_there";
    let Some(output) = mstconfig(test, &["-d", NO_DEVICE, "-e", "q"]) else { return };
    assert_eq!(output.status, Some(3), "{output:?}");
    assert_eq!(Refusal::of(&output), Some(Refusal::OpenFailed), "{output:?}");
    assert_eq!(read_table(&output.stdout), Err(OutputError::NoTable));
}

#[test]
fn the_real_refusal_of_an_option() {
    let test = "the_real_refusal_of_an_option";
    let Some(output) = mstconfig(test, &["-d", NO_DEVICE, "--no-such-option", "q"]) else { return };
    let refusal = Refusal::of(&output).unwrap_or_else(|| panic!("{output:?}"));
    assert!(matches!(refusal, Refusal::Other { .. }), "{refusal}");
    assert!(refusal.to_string().contains("--no-such-option"), "{refusal}");
}
