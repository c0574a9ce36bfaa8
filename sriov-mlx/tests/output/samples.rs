//! Captured outputs, read to exact values.

use sriov_mlx::output::{Applied, Closing, OutputError, read_table};
use sriov_mlx::param::{Cell, Columns, LinkSetting, Value};

use crate::fixture::{assert_params, cell, device, fixture, param, reading};

const BOTH: Columns = Columns { default: true, current: true };
const NONE: Columns = Columns { default: false, current: false };

#[test]
fn s01_three_columns() {
    let device = device(fixture!("s01_connectx4lx.txt"));
    assert_eq!(device.device.as_deref(), Some("19:00.0"));
    assert!(device.proposed.is_empty());
    let reading = device.reading;
    assert_eq!(reading.identity.device_type.as_deref(), Some("ConnectX4LX"));
    assert_eq!(reading.identity.name.as_deref(), Some("0R887V"));
    let description = "MCX422A-ACAA ConnectX-4 Lx EN Dual Port SFP28; 25GbE for Dell rack NDC";
    assert_eq!(reading.identity.description.as_deref(), Some(description));
    assert_eq!(
        (reading.columns, &*reading.missing, &*reading.diagnostics),
        (BOTH, &[][..], &[][..])
    );
    let same = |text: &str| param(text, text, text);
    assert_params(
        &reading,
        &[
            ("LINK_TYPE_P1", same("ETH")),
            ("LINK_TYPE_P2", same("ETH")),
            ("MEMIC_SIZE_LIMIT", same("_256KB(1)")),
            ("PF_NUM_OF_VF_VALID", same("False(0)")),
            ("NUM_OF_VFS", param("8", "5", "10")),
            ("NUM_OF_PF", same("2")),
            ("SRIOV_EN", param("True(0)", "True(1)", "True(1)")),
            ("PCI_DOWNSTREAM_PORT_OWNER", same("Array[0..15]")),
            ("PCI_ATOMIC_MODE", same("PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED(0)")),
            ("ROCE_CONTROL", param("ROCE_ENABLE(2)", "DEVICE_DEFAULT(0)", "ROCE_ENABLE(2)")),
            ("LEGACY_BOOT_PROTOCOL", param("PXE(1)", "PXE(1)", "NONE(0)")),
        ],
    );
}

/// What the operator's own tests expect of that card: 5 VFs run, 10 are next, and all is Ethernet.
#[test]
fn s01_means_what_its_operator_takes_it_for() {
    let reading = reading(fixture!("s01_connectx4lx.txt"));
    assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(5));
    assert_eq!(reading.next("NUM_OF_VFS").and_then(Value::number), Some(10));
    // The number in the default column contradicts its word, which counts.
    let switch = reading.param("SRIOV_EN").unwrap().default.value().and_then(Value::switch);
    assert_eq!(switch, Some(true));
    for port in ["LINK_TYPE_P1", "LINK_TYPE_P2"] {
        assert_eq!(reading.current(port).and_then(Value::link), Some(LinkSetting::Eth));
        assert_eq!(reading.next(port).and_then(Value::link), Some(LinkSetting::Eth));
    }
}

#[test]
fn s02_values_16_wide() {
    let reading = reading(fixture!("s02_connectx6lx.txt"));
    assert_eq!((reading.columns, &*reading.diagnostics), (BOTH, &[][..]));
    let same = |text: &str| param(text, text, text);
    let expected = [
        ("MEMIC_SIZE_LIMIT", same("_256KB(1)")),
        ("HOST_CHAINING_DESCRIPTORS", same("Array[0..7]")),
    ];
    assert_params(&reading, &expected);
}

#[test]
fn s03_rows_without_a_heading_are_no_table() {
    let rows = fixture!("s03_connectx5_rows.txt");
    assert_eq!(read_table(rows), Err(OutputError::NoTable));
    let reading = reading(&format!("Configurations: Default Current Next Boot\n{rows}"));
    assert_eq!(reading.param("LINK_TYPE_P1"), None, "the card has none, and none is invented");
    let same = |text: &str| param(text, text, text);
    let expected =
        [("MEMIC_SIZE_LIMIT", same("_256KB(1)")), ("PF_NUM_OF_VF_VALID", same("False(0)"))];
    assert_params(&reading, &expected);
}

#[test]
fn s04_one_column() {
    let reading = reading(fixture!("s04_connectx7.txt"));
    assert_eq!((reading.columns, &*reading.diagnostics), (NONE, &[][..]));
    let next = |text: &str| param("-", "-", text);
    assert_params(
        &reading,
        &[
            ("MODULE_SPLIT_M0", next("Array[0..15]")),
            ("MEMIC_ATOMIC", next("MEMIC_ATOMIC_ENABLE(2)")),
            ("DPA_AUTHENTICATION", next("True(1)")),
        ],
    );
    assert_eq!(reading.current("DPA_AUTHENTICATION"), None);
}

#[test]
fn s05_an_rdma_name_is_repeated() {
    let device = device(fixture!("s05_connectx5.txt"));
    assert_eq!(device.device.as_deref(), Some("mlx5_0"));
    assert_eq!(device.reading.identity.device_type.as_deref(), Some("ConnectX5"));
    assert_eq!(device.reading.identity.name.as_deref(), Some("7359059_OCI_SD_Ax_Bx"));
    assert_eq!(device.reading.identity.description, None);
    assert_params(&device.reading, &[("FLEX_PARSER_PROFILE_ENABLE", param("-", "-", "0"))]);
}

#[test]
fn s06_firmware_that_cannot_tell_the_running_values() {
    let device = device(fixture!("s06_connectx3.txt"));
    assert_eq!(device.device.as_deref(), Some("04:00.0"));
    assert_eq!(device.reading.columns, Columns { default: true, current: false });
    assert_eq!(device.reading.diagnostics, []);
    assert_eq!(device.reading.current("NUM_OF_VFS"), None);
    let expected = [
        ("SRIOV_EN", param("False(0)", "-", "True(1)")),
        ("NUM_OF_VFS", param("0", "-", "8")),
        ("LINK_TYPE_P1", param("VPI(3)", "-", "ETH(2)")),
    ];
    assert_params(&device.reading, &expected);
}

#[test]
fn s08_the_table_of_a_set() {
    let text = fixture!("s08_set.txt");
    let device = device(text);
    assert_eq!((device.device, device.reading.columns), (None, NONE));
    let expected = [("SRIOV_EN", param("-", "-", "0")), ("NUM_OF_VFS", param("-", "-", "0"))];
    assert_params(&device.reading, &expected);
    assert_eq!(device.reading.diagnostics, []);
    let proposed: Vec<_> = device.proposed.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    assert_eq!(proposed, [("NUM_OF_VFS", cell("8")), ("SRIOV_EN", cell("1"))]);
    assert_eq!((Applied::of(text), Closing::of(text)), (Applied::Done, Closing::Reboot));
}

#[test]
fn s09_an_enumeration_with_and_without_words() {
    let reading = reading(fixture!("s09_connectx9.txt"));
    assert_eq!((reading.columns, &*reading.diagnostics), (BOTH, &[][..]));
    let default = "DEVICE_DEFAULT(0)";
    assert_params(
        &reading,
        &[
            ("PCI_DOWNSTREAM_PORT_OWNER[0]", param(default, "148", default)),
            ("PCI_DOWNSTREAM_PORT_OWNER[1]", param(default, "HOST_0(1)", default)),
        ],
    );
    assert_eq!(reading.current("PCI_DOWNSTREAM_PORT_OWNER[0]"), Some(&Value::Number(148)));
    assert_eq!(reading.param("PCI_DOWNSTREAM_PORT_OWNER"), None);
}

#[test]
fn s12_an_element_of_an_array() {
    let row = fixture!("s12_array_row.txt");
    let reading = reading(&format!("Configurations: Default Current Next Boot\n{row}"));
    assert_params(&reading, &[("ESWITCH_HAIRPIN_DESCRIPTORS[0]", param("128", "128", "128"))]);
}

#[test]
fn outputs_without_a_table_are_errors() {
    for text in [
        "",
        "\n",
        fixture!("s05_open.txt"),
        fixture!("s05_identify.txt"),
        fixture!("s07_operator_log.txt"),
        fixture!("s10_validate_system_conf.txt"),
        fixture!("s11_stdout.txt"),
        fixture!("s11_stderr.txt"),
        fixture!("real/help.out"),
        fixture!("real/version.out"),
        fixture!("real/no_such_device.out"),
        fixture!("real/unknown_option.out"),
    ] {
        assert_eq!(read_table(text), Err(OutputError::NoTable), "{text}");
    }
}

#[test]
fn synthetic_read_only_rows() {
    let reading = reading(fixture!("synthetic/read_only.txt"));
    assert_eq!((reading.columns, &*reading.diagnostics), (BOTH, &[][..]));
    let read_only = |mut param: sriov_mlx::param::Param| {
        param.read_only = true;
        param
    };
    assert_params(
        &reading,
        &[
            ("SRIOV_EN", param("False(0)", "True(1)", "True(1)")),
            ("NUM_OF_VFS", read_only(param("0", "8", "16"))),
            ("ROM_LOADER", read_only(param("1", "1", "1"))),
            ("NUM_OF_PF", param("2", "2", "N/A")),
        ],
    );
}

#[test]
fn synthetic_glued_values() {
    let reading = reading(fixture!("synthetic/glued.txt"));
    assert_eq!(reading.diagnostics, []);
    let same = |text: &str| param(text, text, text);
    assert_params(
        &reading,
        &[
            ("INTERNAL_CPU_MODEL", same("EMBEDDED_CPU(15)")),
            ("PORT_OWNER", param("ADDRESS_BASED(1)", "ADDRESS_BASED(1)", "False(0)")),
            ("BOOT_INTERRUPT", param("N/A", "PCIE_ENDPOINT(2)", "PCIE_ENDPOINT(2)")),
            ("PCI_ATOMIC_MODE", same("PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED(0)")),
        ],
    );
}

#[test]
fn synthetic_devices_have_columns_of_their_own() {
    let devices = read_table(fixture!("synthetic/two_devices.txt")).unwrap();
    assert_eq!(devices.len(), 2);
    let names: Vec<_> = devices.iter().map(|device| device.device.as_deref()).collect();
    assert_eq!(names, [Some("/dev/fwctl/fwctl0"), Some("0000:d8:00.0")]);
    assert_eq!((devices[0].reading.columns, devices[1].reading.columns), (BOTH, NONE));
    assert_eq!(devices[0].reading.identity.name, None, "N/A is no name");
    assert_params(&devices[0].reading, &[("NUM_OF_VFS", param("0", "8", "8"))]);
    let expected = [("NUM_OF_VFS", param("-", "-", "4")), ("SRIOV_EN", param("-", "-", "True(1)"))];
    assert_params(&devices[1].reading, &expected);
}

#[test]
fn synthetic_groups_that_could_not_be_asked_for() {
    let reading = reading(fixture!("synthetic/partial.txt"));
    assert_eq!(reading.missing, ["nv_memic_conf_P0_M-1", "nv_roce_cc_P1_M-1", "nv_roce_cc_P2_M-1"]);
    assert_eq!(reading.diagnostics, []);
    // The names of groups are not rows, and what is not available is not absent.
    let expected = [
        ("SRIOV_EN", param("False(0)", "True(1)", "True(1)")),
        ("ROCE_CC_PRIO_MASK_P1", param("255", "N/A", "255")),
    ];
    assert_params(&reading, &expected);
    assert_eq!(reading.param("ROCE_CC_PRIO_MASK_P1").unwrap().current, Cell::NotAvailable);
}

#[test]
fn synthetic_defaults_as_the_next_boot() {
    let device = device(fixture!("synthetic/set_with_default.txt"));
    assert_eq!(device.reading.columns, NONE, "the column called Default is the next boot's");
    assert_params(&device.reading, &[("NUM_OF_VFS", param("-", "-", "0"))]);
    assert_eq!(device.proposed.values().collect::<Vec<_>>(), [&cell("8")]);
}
