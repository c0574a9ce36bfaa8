//! Cards as part of a machine: what sysfs says, restarts, lockdown, programs.

use std::time::Duration;

use sriov_host::seam::{Clock, Files, HostPath, Sysfs, Tool, ToolError, ToolRun};
use sriov_host::sim::{CardColumn, Machine, SimHost};

use crate::support::{LONG, SERIAL, attribute, host_value, machine, tool, words};

const WRITE: &str = "-d 0000:3b:00.0 -y set NUM_OF_VFS=24";

#[test]
fn a_restart_loads_what_was_written_and_both_pfs_announce_it() {
    let host = machine("", "");
    assert_eq!(tool(&host, "mstconfig", WRITE).unwrap().status, Some(0));
    assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("16"));
    host.reboot();
    for pf in 0..2 {
        assert_eq!(attribute(&host, pf, "sriov_totalvfs").as_deref(), Some("24"));
    }
    tool(&host, "mstconfig", "-d 3b:00.1 -y set SRIOV_EN=0").unwrap();
    host.reboot();
    assert_eq!(attribute(&host, 0, "sriov_totalvfs"), None);
    assert_eq!(attribute(&host, 0, "sriov_numvfs"), None);
}

#[test]
fn a_card_may_need_a_power_cycle() {
    let host = machine("needsPowerCycle: true", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    host.reboot();
    assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("16"));
    host.power_cycle();
    assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("24"));
}

#[test]
fn each_pf_has_its_own_count_if_the_firmware_says_so() {
    let host = machine("params: { PF_NUM_OF_VF_VALID: { default: true } }", "");
    tool(&host, "mstconfig", "-d 3b:00.1 -y set PF_NUM_OF_VF=3").unwrap();
    host.reboot();
    assert_eq!(attribute(&host, 0, "sriov_totalvfs"), None);
    assert_eq!(attribute(&host, 1, "sriov_totalvfs").as_deref(), Some("3"));
}

#[test]
fn the_card_says_what_the_machine_has_unless_it_says_something_itself() {
    let host = machine("params: { NUM_OF_VFS: { current: 4, next: 9 } }", "");
    assert_eq!(attribute(&host, 1, "sriov_totalvfs").as_deref(), Some("4"));
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Next), Some(9));
    assert_eq!(host_value(&host, "SRIOV_EN", CardColumn::Current), Some(1));
    let disabled = machine("params: { SRIOV_EN: { current: false } }", "");
    assert_eq!(attribute(&disabled, 0, "sriov_totalvfs"), None);
}

#[test]
fn the_saved_machine_has_its_cards() {
    let host = machine("", "");
    tool(&host, "mstconfig", WRITE).unwrap();
    let again = SimHost::load(&host.save().unwrap()).unwrap();
    again.reboot();
    assert_eq!(attribute(&again, 0, "sriov_totalvfs").as_deref(), Some("24"));
}

#[test]
fn devices_have_several_names() {
    let host = machine("", "");
    for name in ["3b:00.1", "0000:3b:00.1", "mlx5_1"] {
        let output = tool(&host, "mstconfig", &format!("-d {name} q SRIOV_EN")).unwrap();
        assert_eq!(output.status, Some(0), "{name}");
        assert!(output.stdout.contains(&format!("Device:             {name}")), "{name}");
    }
    let numvfs = HostPath::pci("0000:3b:00.0".parse().unwrap()).join("sriov_numvfs");
    host.write(&numvfs, "1", LONG).unwrap();
    let vf = tool(&host, "mstconfig", "-d 0000:3b:00.2 q").unwrap();
    assert_eq!(vf.stdout, "-E- Failed to identify the device\n");
    assert_eq!(tool(&host, "mstconfig", "-d mlx5_9 q").unwrap().status, Some(3));
}

#[test]
fn the_answer_in_a_file_is_a_file_of_the_machine() {
    let host = machine("", "");
    let path = HostPath::new("/run/q.json");
    tool(&host, "mstconfig", "-d 3b:00.0 -j /run/q.json q SRIOV_EN").unwrap();
    let text = String::from_utf8(host.read_file(&path).unwrap().unwrap()).unwrap();
    assert!(text.contains("\"SRIOV_EN\" : "), "{text}");
}

#[test]
fn under_lockdown_the_tool_fails_and_sysfs_goes_on() {
    for (release, device, said, noise) in [
        ("4.33.0", "mlx5_0", "-E- Failed to open the device\n", ""),
        ("4.33.0", "3b:00.0", "-E- Failed to identify the device\n", ""),
        (
            "4.15.0",
            "3b:00.0",
            "-E- Failed to open the device\n",
            "write counter to semaphore: Permission denied\n",
        ),
    ] {
        let host = machine(&format!("tool: {release}"), "lockdown: integrity\n");
        let output = tool(&host, "mstconfig", &format!("-d {device} q")).unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), (said, noise));
        assert_eq!(attribute(&host, 0, "sriov_totalvfs").as_deref(), Some("16"));
    }
    let host = machine("lockdownBlocks: false", "lockdown: confidentiality\n");
    assert_eq!(tool(&host, "mstconfig", "-d 3b:00.0 q").unwrap().status, Some(0));
    let user = machine("", "capable: false\n");
    let output = tool(&user, "mstconfig", "-d 3b:00.0 q").unwrap();
    assert_eq!(output.stdout, "-E- Failed to open the device\n");
}

#[test]
fn the_kernel_tells_its_lockdown() {
    let file = HostPath::new("/sys/kernel/security/lockdown");
    let read = |more: &str| machine("", more).read(&file).ok();
    assert_eq!(read("").as_deref(), Some("[none] integrity confidentiality"));
    assert_eq!(read("lockdown: integrity\n").as_deref(), Some("none [integrity] confidentiality"));
    assert_eq!(
        read("lockdown: confidentiality\n").as_deref(),
        Some("none integrity [confidentiality]")
    );
    assert_eq!(read("lockdown: absent\n"), None);
}

#[test]
fn a_deadline_is_kept_and_what_was_half_written_stays() {
    let short = Duration::from_secs(1);
    let set = |host: &SimHost| {
        let program = HostPath::new("/usr/bin/mstconfig");
        let run = ToolRun::change(program, words("-d 3b:00.0 -y set NUM_OF_VFS=24 SRIOV_EN=0"));
        let before = host.now();
        let failed = host.run_tool(&run, short);
        assert!(matches!(failed, Err(ToolError::TimedOut { .. })), "{failed:?}");
        assert!(host.now() >= before + short);
        let next = |name| host_value(host, name, CardColumn::Next);
        (next("NUM_OF_VFS"), next("SRIOV_EN"))
    };
    assert_eq!(set(&machine("", "")), (Some(16), Some(1)));
    assert_eq!(set(&machine("hangs: true", "")), (Some(16), Some(1)));
    assert_eq!(set(&machine("diesAfter: 1", "")), (Some(24), Some(1)));
}

#[test]
fn calls_take_virtual_time() {
    let host = machine("", "");
    let before = host.now();
    tool(&host, "mstconfig", "-d 3b:00.0 q").unwrap();
    let took = host.now().checked_sub(before).unwrap();
    assert!(took >= Duration::from_millis(13_300), "{took:?}");
    assert!(took < Duration::from_millis(13_400), "{took:?}");
}

#[test]
fn the_programs_are_there_with_the_cards() {
    let finds = |host: &SimHost| {
        ["mstconfig", "mstfwreset"].map(|name| host.find_tool(name).unwrap().is_some())
    };
    assert_eq!(finds(&machine("", "")), [true, true]);
    assert_eq!(finds(&machine("", "mstconfig: false\n")), [false, false]);
    assert_eq!(finds(&SimHost::with_igb_pair()), [false, false]);
}

#[test]
fn faults_can_change_between_two_calls() {
    let host = machine("", "");
    assert!(host.change_card(SERIAL, |card| card.silently_drops.push("NUM_OF_VFS".to_owned())));
    tool(&host, "mstconfig", WRITE).unwrap();
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Next), Some(16));
    assert!(!host.change_card("MT0", |_| ()));
}

#[test]
fn rdma_devices_of_a_card_name_its_firmware() {
    let host = machine("psid: MT_0000000359, firmware: 22.39.2048", "");
    let read = |name: &str| {
        let path = format!("/sys/class/infiniband/mlx5_0/{name}");
        host.read(&HostPath::new(&path)).unwrap()
    };
    assert_eq!(
        (read("board_id").as_str(), read("fw_ver").as_str()),
        ("MT_0000000359", "22.39.2048")
    );
}

#[test]
fn a_description_that_makes_no_sense_is_refused() {
    let pf = "pfs: [{ pci: 0000:3b:00.0, driver: mlx5_core }]\ncards:\n";
    for (cards, words) in [
        ("  - { serial: A, pfs: [] }", "card A: it has no PFs"),
        ("  - { serial: A, pfs: [0000:3c:00.0] }", "there is no PF 0000:3c:00.0"),
        ("  - { serial: A, pfs: [0000:3b:00.0] }\n  - { serial: A, pfs: [0000:3b:00.0] }", "twice"),
        (
            "  - { serial: A, pfs: [0000:3b:00.0] }\n  - { serial: B, pfs: [0000:3b:00.0] }",
            "is on another card too",
        ),
        (
            "  - { serial: A, pfs: [0000:3b:00.0], params: { LINK_TYPE_P1: { next: WIFI } } }",
            "LINK_TYPE_P1 cannot be",
        ),
    ] {
        let machine = Machine::from_yaml(&format!("{pf}{cards}\n")).unwrap();
        let error = SimHost::new(&machine).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
