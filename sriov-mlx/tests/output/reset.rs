//! The status of a reset.

use serde_json::{Value as Json, json};
use sriov_mlx::output::{OutputError, PendingParam, Remedy, ResetStatus, read_reset_status};

use crate::fixture::{cell, fixture};

fn read(status: &Json) -> Result<ResetStatus, OutputError> {
    read_reset_status(&status.to_string())
}

#[test]
fn a_full_status() {
    let status = read_reset_status(fixture!("reset/full.json")).unwrap();
    let pending = PendingParam {
        name: "ROCE_CONTROL".parse().unwrap(),
        current: cell("DEVICE_DEFAULT(0)"),
        next: cell("ROCE_DISABLE(1)"),
    };
    assert_eq!(
        status,
        ResetStatus {
            device: Some("/dev/mst/mt4125_pciconf0".into()),
            needed: true,
            running: Some("22.33.1048".into()),
            pending: Some("22.49.0264".into()),
            params: Some(vec![pending]),
            remedy: Some(Remedy::Reset { level: 3 }),
        }
    );
}

#[test]
fn what_is_not_said_is_not_known() {
    let status = read(&json!({ "reset_needed": false })).unwrap();
    assert_eq!((status.needed, status.params, status.remedy), (false, None, None));
    let status = read(&json!({
        "reset_needed": true, "device": null, "pending_fw_version": "N/A",
        "pending_nvconfig_parameters": "N/A", "command_required": "",
    }))
    .unwrap();
    assert_eq!(
        (status.device, status.pending, status.params, status.remedy),
        (None, None, None, None)
    );
    let status =
        read(&json!({ "reset_needed": false, "pending_nvconfig_parameters": [] })).unwrap();
    assert_eq!(status.params, Some(vec![]), "nothing waits, and that is known");
}

#[test]
fn remedies() {
    let remedy = |command: &str| {
        read(&json!({ "reset_needed": true, "command_required": command })).unwrap().remedy.unwrap()
    };
    let reset = |level| Remedy::Reset { level };
    assert_eq!(remedy("mstfwreset -d 0000:3b:00.0 reset --level 3 --type 0"), reset(3));
    assert_eq!(remedy("/usr/bin/mstfwreset -d 0000:3b:00.0 reset -l 0"), reset(0));
    assert_eq!(remedy("Reboot external host is required"), Remedy::Reboot);
    assert_eq!(remedy("A power cycle of the host is required"), Remedy::PowerCycle);
    for text in [
        "mstfwreset -d 0000:3b:00.0 reset",
        "mstfwreset -d 0000:3b:00.0 reset --level",
        "mstfwreset -d 0000:3b:00.0 reset --level 9",
        "mstfwreset -d 0000:3b:00.0 query --level 3",
        "rm -rf / reset --level 3",
        "Reboot",
    ] {
        assert_eq!(remedy(text), Remedy::Other(text.into()));
    }
}

#[test]
fn unknown_shapes_are_errors() {
    for status in [
        json!({}),
        json!({ "fw_version": "1.2.3" }),
        json!({ "reset_needed": "true" }),
        json!({ "reset_needed": 1 }),
        json!({ "reset_needed": null }),
        json!({ "reset_needed": true, "device": 7 }),
        json!({ "reset_needed": true, "command_required": ["x"] }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters": {} }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters": null }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters": "none" }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters": ["NUM_OF_VFS"] }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters": [{ "name": "A", "current": 1 }] }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters":
            [{ "name": "a", "current": 1, "next_boot": 2 }] }),
        json!({ "reset_needed": true, "pending_nvconfig_parameters":
            [{ "name": "A", "current": "True(", "next_boot": 2 }] }),
        json!([]),
        json!(null),
    ] {
        assert!(matches!(read(&status), Err(OutputError::Json { .. })), "{status}");
    }
    let twice = r#"{"reset_needed": true, "reset_needed": false}"#;
    assert!(read_reset_status(twice).is_err());
    assert!(read_reset_status("-E- Failed to Identify Device\n").is_err());
}
