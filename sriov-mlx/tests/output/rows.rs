//! Rows that are not as they should be: each is named, and none gives a value or hurts another.

use sriov_mlx::output::{MAX_OUTPUT, OutputError, read_table};
use sriov_mlx::param::{Columns, Diagnostic, Value};

use crate::fixture::{assert_params, cell, device, diagnosed, fixture, param, reading};

const HEADING: &str = "Configurations:      Default      Current      Next Boot\n";

/// A table with these rows between two good ones.
fn between(rows: &str) -> String {
    format!("{HEADING}        FIRST 1 2 3\n{rows}\n        LAST 4 5 6\n")
}

fn good() -> [(&'static str, sriov_mlx::param::Param); 2] {
    [("FIRST", param("1", "2", "3")), ("LAST", param("4", "5", "6"))]
}

#[test]
fn a_bad_row_is_named_and_nothing_else_is_hurt() {
    for (row, name) in [
        ("        NUM_OF_VFS", "NUM_OF_VFS"),
        ("        NUM_OF_VFS 8", "NUM_OF_VFS"),
        ("        NUM_OF_VFS 8 8", "NUM_OF_VFS"),
        ("        NUM_OF_VFS 8 8 8 8", "NUM_OF_VFS"),
        ("*       SRIOV_EN True(1) True(1 False(0)", "SRIOV_EN"),
        ("*       SRIOV_EN True(1) True(x) False(0)", "SRIOV_EN"),
        ("*       SRIOV_EN True(1)True(1) False(0)", "SRIOV_EN"),
        ("*       OWNER Array[0..3] Array[0.. Array[0..3]", "OWNER"),
        ("*       TOO_LARGE 1 99999999999999999999999999 1", "TOO_LARGE"),
        ("*       lower_case 1 1 1", "lower_case"),
        ("*       Capital 1 1 1", "Capital"),
        ("*       ROM_x86_x87 1 1 1", "ROM_x86_x87"),
        ("*       x86_ROM 1 1 1", "x86_ROM"),
        ("*       NAME[x] 1 1 1", "NAME[x]"),
        ("*       NAME[1 1 1 1", "NAME[1"),
        ("*       -y 1 1 1", "-y"),
        ("*       1ST 1 1 1", "1ST"),
        ("RO NUM_OF_VFS 8 8", "RO"),
        (" RO", "RO"),
        ("*RO     NUM_OF_VFS 8 8", "NUM_OF_VFS"),
        ("FATAL - crspace read (0xf0014) failed: Permission denied", "FATAL"),
    ] {
        let reading = reading(&between(row));
        assert_params(&reading, &good());
        assert_eq!(diagnosed(&reading), [(3, name)], "{row}");
    }
}

#[test]
fn a_diagnostic_says_what_is_wrong() {
    let first = |row: &str| reading(&between(row)).diagnostics.remove(0).to_string();
    assert_eq!(first("  NUM_OF_VFS 8 8"), "line 3: NUM_OF_VFS: 2 for 3 columns: 8 8");
    assert_eq!(first("  A 1 True(1 1"), "line 3: A: \"True(1\" is not a value");
    assert_eq!(first("  a 1 1 1"), "line 3: a: this is not the name of a parameter");
    let one = reading("Configurations: Next Boot\n A 1 2\n").diagnostics.remove(0).to_string();
    assert_eq!(one, "line 2: A: 2 for 1 column: 1 2");
}

#[test]
fn empty_rows_and_rows_of_very_old_releases() {
    let rows =
        "\n   \t \nNUM_OF_VFS 0 1 2\n\tTABBED\t0\t1\t2\n*STAR 0 1 2\n  RO_IS_IN_ITS_NAME 0 1 2";
    let reading = reading(&between(rows));
    assert_eq!(reading.diagnostics, []);
    for name in ["NUM_OF_VFS", "TABBED", "STAR", "RO_IS_IN_ITS_NAME"] {
        assert_eq!(reading.param(name), Some(&param("0", "1", "2")), "{name}");
    }
    assert_eq!(reading.params.len(), 6);
}

#[test]
fn the_mark_is_not_the_name() {
    for (row, read_only) in [
        ("*RO     NUM_OF_VFS 0 8 16", true),
        (" RO     NUM_OF_VFS 0 8 16", true),
        ("*       NUM_OF_VFS 0 8 16", false),
        ("        NUM_OF_VFS 0 8 16", false),
    ] {
        let reading = reading(&format!("{HEADING}{row}\n"));
        let expected = sriov_mlx::param::Param { read_only, ..param("0", "8", "16") };
        assert_params(&reading, &[("NUM_OF_VFS", expected)]);
    }
}

#[test]
fn names_are_found_as_a_whole() {
    let reading = reading(
        "Configurations: Next Boot\n  PF_NUM_OF_VF_VALID True(1)\n  NUM_OF_VFS_MAX 127\n  \
         LINK_TYPE_P10 IB(1)\n  NUM_OF_VFS[0] 3\n",
    );
    for absent in
        ["PF_NUM_OF_VF", "NUM_OF_VF", "NUM_OF_VFS", "LINK_TYPE_P1", "VALID", "num_of_vfs_max"]
    {
        assert_eq!(reading.param(absent), None, "{absent}");
    }
    assert_eq!(reading.next("NUM_OF_VFS_MAX").and_then(Value::number), Some(127));
    assert_eq!(reading.next("NUM_OF_VFS[0]").and_then(Value::number), Some(3));
}

#[test]
fn absent_no_column_not_available_and_unknown_text_are_four_states() {
    let reading = reading("Configurations: Current Next Boot\n  A N/A SOMETHING\n");
    assert_eq!(reading.param("B"), None);
    assert_params(&reading, &[("A", param("-", "N/A", "SOMETHING"))]);
    let a = reading.param("A").unwrap();
    assert!(a.default != a.current && a.current != a.next);
    assert_eq!((reading.current("A"), reading.next("A").unwrap().number()), (None, None));
}

#[test]
fn rows_that_say_the_same_are_one() {
    let reading = reading(&between("  TWICE 0 1 2\n* TWICE 0 1 2"));
    assert_eq!(reading.param("TWICE"), Some(&param("0", "1", "2")));
    assert_eq!(reading.diagnostics, []);
}

/// Nobody knows which of them is right.
#[test]
fn rows_that_contradict_each_other_give_no_value() {
    for rows in [
        "  TWICE 0 1 2\n  TWICE 0 1 3\n  TWICE 0 1 2",
        "  TWICE 0 1 2\n RO TWICE 0 1 2",
        "  TWICE 0 1 2\n  TWICE 0 1",
        "  TWICE 0 1\n  TWICE 0 1 2",
    ] {
        let reading = reading(&between(rows));
        assert_params(&reading, &good());
        let names: Vec<_> = reading.diagnostics.iter().map(|d| d.param.as_deref()).collect();
        assert_eq!(names, [Some("TWICE")], "{rows}");
    }
    let device = device("Configurations: Next Boot New\n A 1 2\n A 1 3\n B 1 1\n");
    assert_eq!(device.proposed.values().collect::<Vec<_>>(), [&cell("1")]);
}

#[test]
fn the_table_ends_where_its_footer_begins() {
    for end in [
        "The '*' shows parameters with next value different from default/current value.",
        "The 'RO' shows parameters which are for read only and cannot be changed",
        "Device Firmware does not support reading default configurations",
        "-E- Failed to query some of the TLVs:",
        "-E- The configuration is rejected",
        "-I- Please reboot machine to load new configurations.",
        "-W- Force flag specified, the validity of the Parameters will not be checked !",
        " Apply new Configuration? (y/n) [n] : y",
        "Applying... Done!",
    ] {
        let reading = reading(&format!("{HEADING}  A 1 2 3\n\n{end}\n    NOT_A_ROW 1 2 3\n"));
        assert_params(&reading, &[("A", param("1", "2", "3"))]);
        assert_eq!(reading.diagnostics, [], "{end}");
    }
}

#[test]
fn a_device_without_a_table_is_an_error_that_names_it() {
    let first = fixture!("synthetic/two_devices.txt");
    let broken = first.replace("        SRIOV_EN", "-E-     SRIOV_EN");
    assert_eq!(read_table(&broken).map(|devices| devices.len()), Ok(2), "one row is left");
    let broken = broken.replace("        NUM_OF_VFS                                  4", "");
    let error = OutputError::NoTableOf { device: "0000:d8:00.0".into() };
    assert_eq!(read_table(&broken), Err(error));
    let error = read_table("Device #7:\n----------\n").unwrap_err();
    assert_eq!(error.to_string(), "there is no table of parameters of Device #7");
    // The refusal of a query by name comes after the heading, and there are no rows.
    let refused = format!("{HEADING}-E- The Device doesn't support NUM_OF_VFSS parameter\n");
    assert_eq!(read_table(&refused), Err(OutputError::NoTable));
}

#[test]
fn unknown_columns_are_an_error() {
    let error = read_table("Configurations:   Default   Last Boot\n  A 1 2\n").unwrap_err();
    assert_eq!(error, OutputError::Heading { columns: "Default   Last Boot".into() });
}

#[test]
fn tables_without_titles_follow_each_other() {
    let text = "Configurations: Next Boot\n A 1\nConfigurations: Current Next Boot\n A 2 3\n";
    let devices = read_table(text).unwrap();
    assert_eq!(devices.len(), 2);
    assert_params(&devices[0].reading, &[("A", param("-", "-", "1"))]);
    assert_params(&devices[1].reading, &[("A", param("-", "2", "3"))]);
    assert_eq!(devices[1].reading.columns, Columns { default: false, current: true });
}

#[test]
fn what_a_terminal_would_obey_is_not_handed_on() {
    let reading = reading(
        "Device type: Connect\u{1b}[2JX7\nConfigurations: Next Boot\n A 1\n B\u{1b}[2J 2\n C \u{7}\n",
    );
    let device_type = reading.identity.device_type.as_deref();
    assert_eq!(device_type, Some("Connect\u{fffd}[2JX7"));
    assert_params(&reading, &[("A", param("-", "-", "1"))]);
    let texts = reading.diagnostics.iter().map(Diagnostic::to_string).collect::<String>();
    assert!(reading.diagnostics.len() == 2 && !texts.contains(char::is_control), "{texts:?}");
}

#[test]
fn diagnostics_are_bounded_and_none_is_dropped_unseen() {
    let rows: String =
        (0..1000).flat_map(|n| ["  BAD_".to_owned(), n.to_string(), " 1\n".to_owned()]).collect();
    let reading = reading(&between(&rows));
    assert_params(&reading, &good());
    assert_eq!(reading.diagnostics.len(), 65);
    assert_eq!(
        reading.diagnostics.last().unwrap().message,
        "936 more parameters could not be read"
    );
    let long = format!("{HEADING}  A {}\n", "x".repeat(100_000));
    let message = crate::fixture::reading(&long).diagnostics.remove(0).message;
    assert!(message.chars().count() < 120 && message.ends_with('…'), "{message}");
}

#[test]
fn an_endless_output_is_refused() {
    let row = "        NUM_OF_VFS                                  8\n";
    let text = format!("Configurations: Next Boot\n{}", row.repeat(MAX_OUTPUT / row.len() - 1));
    assert!(text.len() <= MAX_OUTPUT && read_table(&text).is_ok());
    let text = format!("{text}{row}{row}");
    assert_eq!(read_table(&text), Err(OutputError::TooLong { length: text.len() }));
}
