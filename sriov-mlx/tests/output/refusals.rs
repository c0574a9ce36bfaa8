//! Every way of the tool to say no.

use sriov_host::seam::ToolOutput;
use sriov_mlx::output::Refusal;

use crate::fixture::fixture;

fn output(status: Option<i32>, stdout: &str, stderr: &str) -> ToolOutput {
    ToolOutput { status, stdout: stdout.into(), stderr: stderr.into() }
}

fn refused(stdout: &str) -> Refusal {
    Refusal::of(&output(Some(3), stdout, "")).unwrap()
}

#[test]
fn errors_that_are_known_by_a_phrase() {
    let text = |text: &str| text.to_owned();
    for (error, refusal) in [
        ("Failed to open the device", Refusal::OpenFailed),
        ("Failed to identify the device", Refusal::Unidentified),
        ("Device in Livefish mode is not supported", Refusal::Livefish),
        ("Unsupported device", Refusal::Unsupported),
        ("Device doesn't support any configuration changes.", Refusal::Unsupported),
        ("Device Doesn't support any configuration changes.", Refusal::Unsupported),
        ("No devices found.", Refusal::NoDevices),
        (
            "No devices found, mst might be stopped. You may need to run 'mst start'",
            Refusal::NoDevices,
        ),
        ("Aborted by user.", Refusal::Aborted),
        (
            "Unable to send PRM Register due to permission issue, debug token might be needed.",
            Refusal::TokenNeeded,
        ),
    ] {
        assert_eq!(refused(&format!("-E- {error}\n")), refusal, "{error}");
        // Most are printed twice, or with what was attempted before them.
        assert_eq!(refused(&format!("-E- {error}\n-E- {error}\n")), refusal, "{error}");
        assert_eq!(refused(&format!("-E- Failed to set configuration: {error}\r\n")), refusal);
    }
    let registers = "Cannot access NV register. Either FW does not support NV access register, or HW \
                     access is disabled. rc=(7)";
    assert_eq!(refused(&format!("-E- {registers}\n")), Refusal::NvAccess(text(registers)));
    let registers = "NVQC access register is not supported. Try a different type of access to the device. rc=(3)";
    assert_eq!(refused(&format!("-E- {registers}\n")), Refusal::NvAccess(text(registers)));
}

#[test]
fn busy_passes() {
    for error in [
        "Semaphore locked",
        "Register access failed, device is busy",
        "Register access resource unavailable",
        "ICMD interface busy with prior request, please wait for it to complete and try again",
        "Timed out trying to take the ICMD semaphore",
        "ME_ICMD_STATUS_SEMAPHORE_TO",
        "Device is busy",
        "Resource unavailable",
    ] {
        let refusal = refused(&format!("-E- Failed to set configuration: {error}\n"));
        let text = format!("Failed to set configuration: {error}");
        assert_eq!(refusal, Refusal::Busy(text));
        assert!(refusal.is_busy());
    }
    assert!(!refused("-E- Failed to open the device\n").is_busy());
}

#[test]
fn the_firmware_said_no() {
    for error in [
        "The configuration is rejected",
        "Config Section Corrupted",
        "The erase count exceeds its limit",
        "Firmware internal error",
    ] {
        let stdout = format!("Applying... Failed!\n-E- {error}\n");
        assert_eq!(refused(&stdout), Refusal::Rejected(error.into()));
    }
}

#[test]
fn errors_that_name_a_parameter() {
    let unknown = |name: &str| Refusal::UnknownParam(name.into());
    for (error, refusal) in [
        ("The Device doesn't support LINK_TYPE_P3 parameter", unknown("LINK_TYPE_P3")),
        ("Unknown Parameter: NUM_OF_VFSS", unknown("NUM_OF_VFSS")),
        ("Unknown Parameter NUM_OF_VFSS", unknown("NUM_OF_VFSS")),
        ("Unknown parameter: NUM_OF_VFSS", unknown("NUM_OF_VFSS")),
        (
            "Failed to find Param / index out of range: MODULE_SPLIT_M0[99]",
            unknown("MODULE_SPLIT_M0[99]"),
        ),
        (
            "Parameter NUM_OF_VFS' value is larger than maximum allowed 127",
            Refusal::TooLarge { param: "NUM_OF_VFS".into(), max: Some(127) },
        ),
        (
            "Parameter NUM_OF_VFS' value is larger than maximum allowed -1",
            Refusal::TooLarge { param: "NUM_OF_VFS".into(), max: None },
        ),
        (
            "Parameter NUM_VF_MSIX' value is smaller than minimum allowed 2",
            Refusal::TooSmall { param: "NUM_VF_MSIX".into(), min: Some(2) },
        ),
        (
            "The Parameter NUM_OF_VFS has Illegal constraint.\nNote: The constraint of this parameter \
             is affected by the following parameters:\nnv_global_pci_cap.max_vfs, sriov_en",
            Refusal::RuleViolation {
                param: "NUM_OF_VFS".into(),
                affected_by: "nv_global_pci_cap.max_vfs, sriov_en".into(),
            },
        ),
        (
            "The Parameter SRIOV_EN has Illegal constraint.\nNote: The constraint of this parameter is \
             affected by the following parameters:\n",
            Refusal::RuleViolation { param: "SRIOV_EN".into(), affected_by: String::new() },
        ),
        (
            "Operation is not supported (Read only TLV: nv_global_pci_conf)",
            Refusal::ReadOnly("nv_global_pci_conf".into()),
        ),
    ] {
        assert_eq!(refused(&format!("-E- {error}\n")), refusal, "{error}");
        let crlf = format!("Applying... Failed!\n-E- {error}\n").replace('\n', "\r\n");
        assert_eq!(refused(&crlf), refusal, "{error}");
    }
}

/// Errors of the tool's own database speak of parameters, too.
#[test]
fn what_is_no_parameter_is_not_taken_for_one() {
    for error in
        ["Unknown parameter field: min_val", "Unknown parameter type '7'", "Unknown Parameter: "]
    {
        assert!(matches!(refused(&format!("-E- {error}\n")), Refusal::Other { .. }), "{error}");
    }
}

/// The library says on standard error that the kernel refused; the tool only that it cannot open it.
#[test]
fn missing_rights_tell_more_than_the_error_behind_them() {
    let (stdout, stderr) = (fixture!("s11_stdout.txt"), fixture!("s11_stderr.txt"));
    let refusal = Refusal::of(&output(Some(3), stdout, stderr)).unwrap();
    let denied = "write counter to semaphore: Permission denied";
    assert_eq!(refusal, Refusal::NotPermitted(denied.into()));
    let locked_down = "write counter to semaphore: Operation not permitted\n";
    let refusal = Refusal::of(&output(Some(3), "-E- Failed to identify the device\n", locked_down));
    assert_eq!(refusal, Some(Refusal::NotPermitted(locked_down.trim().into())));
    // A library that finds another way afterwards leaves the line there.
    let unknown = "-E- The Device doesn't support LINK_TYPE_P3 parameter\n";
    let refusal = Refusal::of(&output(Some(3), unknown, locked_down));
    assert_eq!(refusal, Some(Refusal::UnknownParam("LINK_TYPE_P3".into())));
    // Other noise is no lack of rights.
    let noise = "write counter to semaphore: Input/output error\n";
    assert_eq!(Refusal::of(&output(Some(3), stdout, noise)), Some(Refusal::OpenFailed));
}

#[test]
fn captured_refusals() {
    assert_eq!(refused(fixture!("s05_open.txt")), Refusal::OpenFailed);
    assert_eq!(refused(fixture!("s05_identify.txt")), Refusal::Unidentified);
    assert_eq!(refused(fixture!("s07_operator_log.txt")), Refusal::OpenFailed);
    assert_eq!(refused(fixture!("real/no_such_device.out")), Refusal::OpenFailed);
    assert_eq!(refused(fixture!("real/no_devices.out")), Refusal::NoDevices);
    let noise = fixture!("real/no_such_rdma_device.err");
    let stdout = fixture!("real/no_such_rdma_device.out");
    assert_eq!(Refusal::of(&output(Some(3), stdout, noise)), Some(Refusal::OpenFailed));
    let stdout = fixture!("s10_validate_system_conf.txt");
    let Refusal::Other { status, stdout, stderr } = refused(stdout) else { panic!("{stdout}") };
    assert_eq!((status, stderr.as_str()), (Some(3), ""));
    assert!(
        stdout.ends_with("Result: Device configuration does NOT match the system configuration.")
    );
}

/// Below its error the tool explains all its options, so that the end of the output says nothing.
#[test]
fn errors_are_kept_rather_than_the_end_of_the_output() {
    let refusal = refused(fixture!("real/unknown_option.out"));
    let stdout = "-E- invalid argument: -j".to_owned();
    assert_eq!(refusal, Refusal::Other { status: Some(3), stdout, stderr: String::new() });
}

#[test]
fn both_ends_of_an_unknown_failure_are_kept_and_bounded() {
    let stdout =
        format!("{}FATAL - crspace read (0xf0014) failed: Permission denied\n", "x\n".repeat(9000));
    let stderr = format!("{}the last words\n", "é\u{1b}[2J\n".repeat(9000));
    let refusal = Refusal::of(&output(Some(1), &stdout, &stderr)).unwrap();
    let Refusal::Other { status, stdout, stderr } = &refusal else { panic!("{refusal}") };
    assert_eq!(*status, Some(1));
    assert!(
        stdout.ends_with("FATAL - crspace read (0xf0014) failed: Permission denied"),
        "{stdout}"
    );
    assert!(stderr.ends_with("the last words") && stderr.starts_with('…'), "{stderr}");
    assert!(stdout.chars().count() <= 601 && stderr.chars().count() <= 601);
    assert!(!refusal.to_string().contains(char::is_control));
    let killed = Refusal::of(&output(None, "", "")).unwrap();
    assert_eq!(killed.to_string(), "ended by a signal");
}

#[test]
fn a_part_that_could_not_be_read_is_no_refusal() {
    let partial = fixture!("synthetic/partial.txt");
    assert_eq!(Refusal::of(&output(Some(3), partial, "")), None);
    let json = "-E- Failed to query some of the TLVs:\n    Failed to query the next values of the \
                following TLVs:\n    nv_a_P0_M-1 \n\n\
                Query output saved to /run/x.json but one or more devices had an error.\n";
    assert_eq!(Refusal::of(&output(Some(3), json, "")), None);
    // With another error it is one, and so it is if the tool was killed.
    let more = format!("{partial}-E- Failed to identify the device\n");
    assert_eq!(Refusal::of(&output(Some(3), &more, "")), Some(Refusal::Unidentified));
    assert!(matches!(Refusal::of(&output(None, partial, "")), Some(Refusal::Other { .. })));
}

#[test]
fn success_is_no_refusal() {
    for text in ["", "-E- Failed to open the device\n", fixture!("s01_connectx4lx.txt")] {
        assert_eq!(Refusal::of(&output(Some(0), text, "noise")), None);
    }
}
