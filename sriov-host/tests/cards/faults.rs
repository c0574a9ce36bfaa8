//! Everything that a card can refuse, and everything that can be wrong with it.

use std::time::Duration;

use sriov_host::sim::CardColumn;

use crate::support::{card, lines, run, stdout, values};

/// What a `set` comes to: its status, its complaint, and the next `NUM_OF_VFS`.
fn set(yaml: &str, assignments: &str) -> (Option<i32>, String, Option<u32>) {
    let mut card = card(yaml);
    let output = run(&mut card, &format!("-d 3b:00.0 -y set {assignments}")).output;
    assert_eq!(output.stderr, "");
    let complaint = output.stdout.split("-E- ").nth(1).unwrap_or_default().trim().to_owned();
    (output.status, complaint, card.value("NUM_OF_VFS", CardColumn::Next))
}

#[test]
fn what_the_tool_or_the_firmware_refuses_changes_nothing() {
    let affected = "has Illegal constraint.\nNote: The constraint of this parameter is affected by \
                    the following parameters:\n";
    for (yaml, assignments, complaint) in [
        (
            "",
            "NUM_OF_VFS=128",
            "Parameter NUM_OF_VFS' value is larger than maximum allowed 127".to_owned(),
        ),
        (
            "limits: { maxVfs: 32 }",
            "NUM_OF_VFS=33 SRIOV_EN=1",
            "Parameter NUM_OF_VFS' value is larger than maximum allowed 32".to_owned(),
        ),
        (
            "limits: { maxTotalMsix: 300 }",
            "NUM_OF_VFS=9",
            format!("The Parameter NUM_OF_VFS {affected}NUM_PF_MSIX, NUM_VF_MSIX, NUM_OF_PF"),
        ),
        (
            "limits: { maxVfBarMib: 17 }",
            "NUM_OF_VFS=9",
            format!("The Parameter NUM_OF_VFS {affected}VF_LOG_BAR_SIZE"),
        ),
        ("", "NUM_OF_VFS=9 NUM_OF_VFSS=1", "Unknown Parameter: NUM_OF_VFSS".to_owned()),
        (
            "without: [LINK_TYPE_P1]",
            "NUM_OF_VFS=9 LINK_TYPE_P1=IB",
            "The Device doesn't support LINK_TYPE_P1 parameter".to_owned(),
        ),
        (
            "",
            "NUM_OF_VFS=9 NETWORK_PORTS_NUMBER=1",
            "Operation is not supported (Read only TLV: nv_pci_capabilities)".to_owned(),
        ),
        ("", "NUM_OF_VFS=9 SRIOV_EN=maybe", "Cannot parse the value".to_owned()),
        ("", "NUM_OF_VFS=9 LINK_TYPE_P1=7", "Unknown value 7".to_owned()),
        (
            "bluefieldMode: restricted",
            "NUM_OF_VFS=9",
            "Operation is not supported (Read only TLV: nv_global_pci_conf)".to_owned(),
        ),
    ] {
        assert_eq!(set(yaml, assignments), (Some(3), complaint, Some(8)), "{yaml} {assignments}");
    }
    // Just what is allowed.
    assert_eq!(set("limits: { maxTotalMsix: 302 }", "NUM_OF_VFS=8").0, Some(0));
    assert_eq!(set("limits: { maxVfBarMib: 18 }", "NUM_OF_VFS=9").0, Some(0));
}

#[test]
fn nobody_answers_the_question() {
    let mut card = card("");
    let output = run(&mut card, "-d 3b:00.0 set NUM_OF_VFS=16").output;
    assert_eq!(output.status, Some(2));
    assert!(output.stdout.ends_with("Apply new Configuration? (y/n) [n] : -E- Aborted by user.\n"));
    assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8); 3]);
}

#[test]
fn a_set_can_die_half_way() {
    let mut card = card("diesAfter: 1");
    let output = run(&mut card, "-d 3b:00.0 -y set NUM_OF_VFS=16 SRIOV_EN=1").output;
    assert_eq!(output.status, Some(3));
    assert!(output.stdout.contains("Applying... Failed!\n-E- "), "{}", output.stdout);
    assert!(output.stdout.contains("Firmware internal error"));
    assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8), Some(8), Some(16)]);
    assert_eq!(values(&card, "SRIOV_EN"), [Some(0); 3]);
}

#[test]
fn a_set_can_say_done_and_do_nothing_or_something_else() {
    let done = |yaml| {
        let (status, complaint, vfs) = set(yaml, "NUM_OF_VFS=9");
        assert_eq!((status, complaint.as_str()), (Some(0), ""));
        vfs
    };
    assert_eq!(done(""), Some(9));
    assert_eq!(done("silentlyDrops: [NUM_OF_VFS]"), Some(8));
    assert_eq!(done("roundsTo: 8"), Some(16));
}

#[test]
fn a_busy_card_is_free_after_some_calls() {
    let mut card = card("busyFor: 2");
    for _ in 0..2 {
        let output = run(&mut card, "-d 3b:00.0 q SRIOV_EN").output;
        assert_eq!(output.status, Some(3));
        assert!(output.stdout.contains("Semaphore locked"), "{}", output.stdout);
    }
    assert_eq!(run(&mut card, "-d 3b:00.0 q SRIOV_EN").output.status, Some(0));
}

#[test]
fn a_tool_that_hangs_never_ends() {
    let mut card = card("hangs: true");
    let answer = run(&mut card, "-d 3b:00.0 -y set NUM_OF_VFS=16");
    assert_eq!((answer.cost, answer.output.status), (Duration::MAX, None));
    assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8); 3]);
}

#[test]
fn livefish_has_no_configuration() {
    let text = stdout(&mut card("livefish: true"), "-d 3b:00.0 q");
    assert_eq!(text, "-E- Device in Livefish mode is not supported\n");
}

#[test]
fn a_query_that_cannot_begin_is_told_twice_by_new_releases() {
    let said = |tool: &str| {
        let text = stdout(&mut card(&format!("tool: {tool}")), "-d 3b:00.7 q");
        lines(&text, "-E- Failed to open the device").len()
    };
    assert_eq!((said("4.31.0"), said("4.36.0")), (1, 2));
}

#[test]
fn groups_that_cannot_be_read_are_named_below_a_table_that_is_usable() {
    let mut card = card("missingTlvs: [UCTX_EN, nv_safe_mode]");
    let output = run(&mut card, "-d 3b:00.0 -e q").output;
    assert_eq!(output.status, Some(3));
    assert_eq!(lines(&output.stdout, " NUM_OF_VFS ").len(), 1);
    assert_eq!(lines(&output.stdout, " UCTX_EN ").len(), 0);
    assert_eq!(lines(&output.stdout, "CQE_COMPRESSION").len(), 0, "it is in the same group");
    let end = "-E- Failed to query some of the TLVs:\n    \
               Failed to query the default values of the following TLVs:\n    \
               nv_sw_offload_conf nv_safe_mode \n    \
               Failed to query the current values of the following TLVs:\n    \
               nv_sw_offload_conf nv_safe_mode \n    \
               Failed to query the next values of the following TLVs:\n    \
               nv_sw_offload_conf nv_safe_mode \n\n";
    assert!(output.stdout.ends_with(end), "{}", output.stdout);
    assert_eq!(run(&mut card, "-d 3b:00.0 q NUM_OF_VFS").output.status, Some(0));
}

#[test]
fn one_unknown_name_fails_the_whole_query() {
    let output = run(&mut card(""), "-d 3b:00.0 q NUM_OF_VFS INTERNAL_CPU_MODEL").output;
    assert_eq!(output.status, Some(3));
    assert!(
        output.stdout.ends_with("-E- The Device doesn't support INTERNAL_CPU_MODEL parameter\n")
    );
    assert_eq!(lines(&output.stdout, " NUM_OF_VFS ").len(), 0);
}

#[test]
fn firmware_that_does_not_tell_current_values() {
    let text = stdout(&mut card("noCurrentColumn: true"), "-d 3b:00.0 -e q NUM_OF_VFS");
    assert!(text.ends_with("Device Firmware does not support reading current configurations\n"));
    let row = "        NUM_OF_VFS                                  8                    8                   ";
    assert_eq!(lines(&text, "NUM_OF_VFS"), [row]);
    assert_eq!(lines(&text, "Current").len(), 0);
}

#[test]
fn modes_of_a_bluefield_are_parameters() {
    for (mode, model, supplier, offload) in [
        ("dpu", "EMBEDDED_CPU(1)", "ECPF(0)", "ENABLED(0)"),
        ("nic", "EMBEDDED_CPU(1)", "EXT_HOST_PF(1)", "DISABLED(1)"),
        ("separated-host", "SEPARATED_HOST(0)", "EXT_HOST_PF(1)", "ENABLED(0)"),
    ] {
        let mut card = card(&format!("type: BlueField2\nbluefieldMode: {mode}"));
        let text = stdout(&mut card, "-d 3b:00.0 q");
        let row = |name: &str, value: &str| {
            let rows = lines(&text, &format!(" {name} "));
            assert_eq!(rows[0].split_whitespace().last(), Some(value), "{mode}");
        };
        row("INTERNAL_CPU_MODEL", model);
        row("INTERNAL_CPU_PAGE_SUPPLIER", supplier);
        row("INTERNAL_CPU_OFFLOAD_ENGINE", offload);
    }
    assert_eq!(values(&card(""), "INTERNAL_CPU_MODEL"), [None; 3]);
}

#[test]
fn calls_take_as_long_as_on_a_card() {
    let mut card = card("timing: { setMs: 3000 }");
    let mut cost = |line: &str| run(&mut card, line).cost.as_millis();
    assert_eq!(cost("-d 3b:00.0 -e q"), 13_300);
    assert_eq!(cost("-d 3b:00.0 -e q SRIOV_EN NUM_OF_VFS"), 1_440);
    assert_eq!(cost("-d 3b:00.0 -y set SRIOV_EN=1"), 3_000);
}
