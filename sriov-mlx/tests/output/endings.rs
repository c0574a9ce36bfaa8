//! Closing lines, and versions.

use sriov_mlx::output::{Applied, Closing, Version};

use crate::fixture::fixture;

#[test]
fn closing_lines() {
    for (text, closing) in [
        ("-I- Please reboot machine to load new configurations.\n", Closing::Reboot),
        ("-I- Please power cycle machine to load new configurations.\n", Closing::PowerCycle),
        ("-I- Skipped reset preparation\n", Closing::NothingArmed),
        ("", Closing::Silent),
        ("-I- Something else\n", Closing::Silent),
        ("Please reboot machine to load new configurations.\n", Closing::Silent),
        ("-E- Please reboot machine\n", Closing::Silent),
        ("-I- Please re", Closing::Silent),
        ("-I- é", Closing::Silent),
        ("-I- Please reboot machine\n-I- Please power cycle machine\n", Closing::PowerCycle),
        ("-I- Please power cycle machine.\r\n-I- More\r\n", Closing::PowerCycle),
    ] {
        assert_eq!(Closing::of(text), closing, "{text}");
    }
}

#[test]
fn how_far_a_set_came() {
    for (text, applied) in [
        ("Applying... Done!\n", Applied::Done),
        ("Applying... Done!\r\n", Applied::Done),
        ("Applying... Failed!\n-E- The configuration is rejected\n", Applied::Failed),
        // Arming the restart failed, behind the writing.
        ("Applying... Done!\nFailed!\n-E- Failed to identify the device\n", Applied::Done),
        ("Applying... ", Applied::Unfinished),
        ("Applying... Do", Applied::Unfinished),
        (" Apply new Configuration? (y/n) [n] : y\n", Applied::NotBegun),
        (" Apply new Configuration? (y/n) [n] : -E- Aborted by user.\n", Applied::NotBegun),
        ("-E- The Device doesn't support NUM_OF_VFSS parameter\n", Applied::NotBegun),
        ("", Applied::NotBegun),
    ] {
        assert_eq!(Applied::of(text), applied, "{text}");
    }
}

#[test]
fn versions_of_all_tools() {
    for (text, version) in [
        (fixture!("real/version.out"), Some("4.21.0")),
        (fixture!("real/mstfwreset_version.out"), Some("4.21.0")),
        (
            "mlxconfig, mft 4.26.0-93, built on Oct 22 2023, 16:23:48. Git SHA Hash: N/A",
            Some("4.26.0"),
        ),
        (
            "mstconfig, mstflint 4.11.0, built on Nov 21 2018, 16:13:05. Git SHA Hash: N/A",
            Some("4.11.0"),
        ),
        ("mlxconfig, mft 4.37.0-75\n", Some("4.37.0")),
        ("\n\nmstconfig, mstflint 4.35.0-1.6, Git SHA Hash: 1a2b3c", Some("4.35.0")),
        ("mstconfig, mstflint 4.100.0", Some("4.100.0")),
        ("mstconfig, mstflint 4.31", None),
        ("mstconfig, mstflint 4.31.0.1", None),
        ("mstconfig, mstflint 4.x.0", None),
        ("mstconfig, mstflint +4.31.0", None),
        ("mstconfig, mstflint 4.99999999.0", None),
        ("mstconfig, mstflint", None),
        ("something 4.31.0", None),
        ("usage: mstconfig\nmstflint 4.31.0", None),
        ("", None),
    ] {
        assert_eq!(Version::of(text).map(|v| v.to_string()).as_deref(), version, "{text}");
    }
}

#[test]
fn what_releases_can_do() {
    let can = |text: &str| {
        let version = Version::of(&format!("mstconfig, mstflint {text}")).unwrap();
        (version.supports_json(), version.supports_reset_status())
    };
    assert_eq!(can("4.30.9"), (false, false));
    assert_eq!(can("4.31.0"), (true, false));
    assert_eq!(can("4.35.0-1.6"), (true, false));
    assert_eq!(can("4.36.0"), (true, true));
    assert_eq!(can("4.100.0"), (true, true), "not compared as text");
    assert_eq!(can("5.0.0"), (true, true));
    assert_eq!(can("3.99.0"), (false, false));
}
