//! `mstfwreset`: status, and a restart of the firmware.

use sriov_host::seam::{HostPath, Sysfs};
use sriov_host::sim::{CardColumn, SimHost};

use crate::support::{LONG, attribute, host_value, machine, tool};

const RESET: &str = "-d 0000:3b:00.0 --skip_driver -l 3 -y reset";
const WRITE: &str = "-d 3b:00.0 -y set NUM_OF_VFS=24";

fn set_numvfs(host: &SimHost, pf: u8, count: &str) {
    let pf = HostPath::pci(format!("0000:3b:00.{pf}").parse().unwrap());
    host.write(&pf.join("sriov_numvfs"), count, LONG).unwrap();
}

#[test]
fn a_reset_loads_and_probes_the_pfs_anew() {
    let host = machine("loadsOnlyAfterReset: true", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    let link = |host: &SimHost| {
        attribute(host, 1, "net/eth1/ifindex").or_else(|| {
            let net = HostPath::pci("0000:3b:00.1".parse().unwrap()).join("net");
            let name = host.list(&net).unwrap().remove(0);
            attribute(host, 1, &format!("net/{name}/ifindex"))
        })
    };
    let before = link(&host);
    let output = tool(&host, "mstfwreset", RESET).unwrap();
    assert_eq!(output.status, Some(0), "{}", output.stdout);
    assert!(output.stdout.ends_with("-I- FW was loaded successfully.\n"));
    for pf in 0..2 {
        assert_eq!(attribute(&host, pf, "sriov_totalvfs").as_deref(), Some("24"));
    }
    let after = link(&host);
    assert!(before.is_some() && after.is_some() && before != after, "{before:?} {after:?}");
}

#[test]
fn vfs_on_any_pf_of_the_card_prevent_it() {
    let host = machine("", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    set_numvfs(&host, 1, "2");
    let output = tool(&host, "mstfwreset", RESET).unwrap();
    assert_eq!(output.status, Some(1));
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Current), Some(16));
    assert_eq!(attribute(&host, 1, "sriov_numvfs").as_deref(), Some("2"));
    set_numvfs(&host, 1, "0");
    assert_eq!(tool(&host, "mstfwreset", RESET).unwrap().status, Some(0));
    assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("24"));
}

#[test]
fn it_can_fail() {
    let host = machine("resetFails: true", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    let output = tool(&host, "mstfwreset", RESET).unwrap();
    assert_eq!(output.status, Some(1));
    assert!(output.stdout.contains("-E- Firmware reset failed"));
    assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("16"));
}

#[test]
fn nothing_happens_without_consent() {
    let host = machine("", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    tool(&host, "mstfwreset", "-d 3b:00.0 -l 3 reset").unwrap();
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Current), Some(16));
}

#[test]
fn status_tells_what_is_pending_since_4_36() {
    let status = |release: &str, set: bool| {
        let host = machine(&format!("tool: {release}"), "");
        if set {
            tool(&host, "mstconfig", WRITE).unwrap();
        }
        tool(&host, "mstfwreset", "-d 3b:00.0 status --json").unwrap()
    };
    assert_eq!(status("4.35.0", true).status, Some(1));
    let json =
        |set| -> serde_json::Value { serde_json::from_str(&status("4.36.0", set).stdout).unwrap() };
    let pending = json(true);
    assert_eq!(pending["reset_needed"], true);
    assert_eq!(
        pending["pending_nvconfig_parameters"],
        serde_json::json!([
            { "name": "NUM_OF_VFS", "default": "8", "current": "16", "next_boot": "24" }
        ])
    );
    assert_eq!(pending["reasons"], serde_json::json!(["Pending NVCONFIG parameter change"]));
    let none = json(false);
    assert_eq!((&none["reset_needed"], &none["reasons"]), (&false.into(), &serde_json::json!([])));
}
