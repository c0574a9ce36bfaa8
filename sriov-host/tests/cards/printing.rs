//! Rows, heads and ends as releases of the tool print them. The rows and heads are those of public
//! reports: ConnectX-6 Lx for 36 columns of name, ConnectX-5 for 44, ConnectX-4 Lx and ConnectX-7
//! for the ones with 20 columns of value, ConnectX-9 for those with 33.

use crate::support::{card, lines, run, stdout};

fn row(tool: &str, query: &str, part: &str) -> Vec<String> {
    let mut card = card(&format!("tool: {tool}"));
    lines(&stdout(&mut card, query), part)
}

const ALL: &str = "-d 3b:00.0 -e q";
const NEXT: &str = "-d 3b:00.0 q";

#[test]
fn up_to_4_21_names_take_36_columns_and_values_16() {
    assert_eq!(
        row("4.21.0", ALL, "Configurations"),
        ["Configurations:                              Default         Current         Next Boot"]
    );
    assert_eq!(
        row("4.21.0", ALL, "MEMIC_SIZE"),
        [
            "         MEMIC_SIZE_LIMIT                    _256KB(1)       _256KB(1)       _256KB(1)       "
        ]
    );
    assert_eq!(
        row("4.21.0", "-d 3b:00.0 -e q HOST_CHAINING_DESCRIPTORS", "HOST_CH"),
        [
            "         HOST_CHAINING_DESCRIPTORS           Array[0..7]     Array[0..7]     Array[0..7]     "
        ]
    );
    assert_eq!(row("4.21.0", NEXT, "Type"), Vec::<String>::new());
    assert_eq!(row("4.21.0", NEXT, "Device type"), ["Device type:    ConnectX6DX     "]);
}

#[test]
fn from_4_22_names_take_44_columns() {
    assert_eq!(
        row("4.22.0", ALL, "PF_NUM_OF_VF_V"),
        [
            "         PF_NUM_OF_VF_VALID                          False(0)        False(0)        False(0)        "
        ]
    );
}

#[test]
fn from_4_26_values_take_20_columns_and_a_mark_has_its_place() {
    assert_eq!(
        row("4.26.0", ALL, "Configurations"),
        [
            "Configurations:                                     Default              Current              Next Boot"
        ]
    );
    assert_eq!(
        row("4.26.0", ALL, "MEMIC_SIZE"),
        [
            "        MEMIC_SIZE_LIMIT                            _256KB(1)            _256KB(1)            _256KB(1)           "
        ]
    );
    assert_eq!(
        row("4.32.0", NEXT, "Configurations"),
        ["Configurations:                                          Next Boot"]
    );
    assert_eq!(
        row("4.32.0", NEXT, "FLEX_PARSER"),
        ["        FLEX_PARSER_PROFILE_ENABLE                  0                   "]
    );
    // Text that is longer than its column.
    assert_eq!(
        row("4.32.0", NEXT, "MEMIC_ATOMIC"),
        ["        MEMIC_ATOMIC                                MEMIC_ATOMIC_ENABLE(2)"]
    );
    assert_eq!(row("4.32.0", NEXT, "Device type"), ["Device type:        ConnectX6DX         "]);
    assert_eq!(
        row("4.26.0", NEXT, "NETWORK_PORTS"),
        [" RO     NETWORK_PORTS_NUMBER                        2                   "]
    );
    assert_eq!(row("4.35.0-1.5", NEXT, "NETWORK_PORTS"), row("4.26.0", NEXT, "NETWORK_PORTS"));
}

#[test]
fn the_newest_have_48_columns_for_names_and_33_for_values() {
    let mut card = card(
        "tool: 4.35.0-1.6\nparams: { 'PCI_DOWNSTREAM_PORT_OWNER[0]': { current: 148, next: \
         DEVICE_DEFAULT }, 'PCI_DOWNSTREAM_PORT_OWNER[1]': { current: HOST_0, next: 0 } }",
    );
    let text = stdout(&mut card, "-d 3b:00.0 -e q PCI_DOWNSTREAM_PORT_OWNER[0..1]");
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    for line in [
        "Configurations:                                         Default                           Current                           Next Boot",
        "*       PCI_DOWNSTREAM_PORT_OWNER[0]                    DEVICE_DEFAULT(0)                 148                               DEVICE_DEFAULT(0)",
        "*       PCI_DOWNSTREAM_PORT_OWNER[1]                    DEVICE_DEFAULT(0)                 HOST_0(1)                         DEVICE_DEFAULT(0)",
    ] {
        assert!(text.contains(&line), "{line}\n{text:#?}");
    }
}

#[test]
fn up_to_4_25_a_value_of_16_columns_is_glued_to_the_next() {
    let yaml = "params: { 'PCI_DOWNSTREAM_PORT_OWNER[3]': { default: EMBEDDED_CPU } }\ntool: ";
    let query = "-d 3b:00.0 -e q PCI_DOWNSTREAM_PORT_OWNER[3]";
    let mut old = card(&format!("{yaml} 4.25.0"));
    let glued = "EMBEDDED_CPU(15)EMBEDDED_CPU(15)EMBEDDED_CPU(15)";
    assert!(stdout(&mut old, query).contains(glued));
    let mut new = card(&format!("{yaml} 4.26.0"));
    assert!(!stdout(&mut new, query).contains(glued));
}

#[test]
fn a_value_that_overflows_is_followed_by_one_space_in_every_release() {
    let text = "PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED(0)";
    for tool in ["4.21.0", "4.24.0", "4.31.0", "4.36.0"] {
        let row = row(tool, ALL, "PCI_ATOMIC_MODE");
        assert!(row[0].ends_with(&format!(" {text} {text} {text}")), "{tool}: {row:?}");
    }
}

#[test]
fn the_mark_of_read_only_has_to_be_asked_for_in_4_25_and_is_unknown_before() {
    let marked = |tool: &str, query: &str| {
        let mut card = card(&format!("tool: {tool}"));
        let text = stdout(&mut card, query);
        (text.contains(" RO "), text.contains("The 'RO' shows"))
    };
    assert_eq!(marked("4.25.0", NEXT), (false, false));
    assert_eq!(marked("4.25.0", "-d 3b:00.0 --read_only q"), (true, true));
    assert_eq!(marked("4.26.0", NEXT), (true, true));
    assert_eq!(run(&mut card("tool: 4.24.0"), "-d 3b:00.0 --read_only q").output.status, Some(3));
}

#[test]
fn a_star_says_that_the_next_value_is_not_one_of_the_others() {
    let mut card =
        card("tool: 4.31.0\nparams: { NUM_OF_VFS: { default: 8, current: 5, next: 8 } }");
    let text = stdout(&mut card, ALL);
    let row = "*       NUM_OF_VFS                                  8                    5                    8                   ";
    assert_eq!(lines(&text, " NUM_OF_VFS "), [row]);
    assert!(text.ends_with(
        "The '*' shows parameters with next value different from default/current value.\n\n\
         The 'RO' shows parameters which are for read only and cannot be changed\n"
    ));
    // Nothing to compare with: no star.
    assert_eq!(lines(&stdout(&mut card, NEXT), "*"), Vec::<String>::new());
}

#[test]
fn values_are_numbers_texts_and_n_a() {
    let mut card = card(
        "without: [LINK_TYPE_P2]\nparams: { LINK_TYPE_P1: { default: IB }, ROCE_CONTROL: { default: 9 } }",
    );
    let text = stdout(&mut card, NEXT);
    let value = |name: &str| {
        let rows = lines(&text, &format!(" {name} "));
        rows.first().map(|row| row.split_whitespace().last().unwrap().to_owned())
    };
    assert_eq!(value("LINK_TYPE_P1").as_deref(), Some("IB(1)"));
    assert_eq!(value("LINK_TYPE_P2"), None);
    assert_eq!(value("ROCE_CONTROL").as_deref(), Some("9"));
    assert_eq!(value("NUM_OF_PLANES_P1").as_deref(), Some("N/A"));
    assert_eq!(value("SRIOV_EN").as_deref(), Some("False(0)"));
}

#[test]
fn a_set_shows_what_is_new_and_asks() {
    let mut card = card("tool: 4.30.1");
    let answer = run(&mut card, "-d 05:00.0 -y set NUM_OF_VFS=127");
    assert_eq!(answer.output.stdout, "-E- Failed to open the device\n");
    let text = stdout(&mut card, "-d 3b:00.0 -y set NUM_OF_VFS=127");
    let end = "Configurations:                                          Next Boot       New\n        \
               NUM_OF_VFS                                  8                    127                 \n\n \
               Apply new Configuration? (y/n) [n] : y\nApplying... Done!\n\
               -I- Please reboot machine to load new configurations.\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn without_a_device_every_card_is_listed() {
    let mut card = card("");
    let text = stdout(&mut card, "q NUM_OF_VFS");
    assert!(text.contains("\nDevice #1:\n----------\n"), "{text}");
    assert!(text.contains("Device:             0000:3b:00.0        \n"), "{text}");
}

#[test]
fn json_goes_to_a_file_since_4_31() {
    let query = "-d mlx5_1 -e -j /tmp/q.json q NUM_OF_VFS LINK_TYPE_P1 NETWORK_PORTS_NUMBER";
    let old = run(&mut card("tool: 4.30.0"), query);
    assert_eq!((old.output.status, old.wrote), (Some(3), None));
    let new = run(&mut card("tool: 4.31.0\nparams: { NUM_OF_VFS: { next: 9 } }"), query);
    assert_eq!(new.output.stdout, "Query output saved to /tmp/q.json successfully\n");
    let (path, content) = new.wrote.unwrap();
    assert_eq!(path, "/tmp/q.json");
    let json: serde_json::Value = serde_json::from_slice(&content).unwrap();
    let device = &json["Device #1"];
    assert_eq!(
        (&device["device"], &device["device_type"]),
        (&"mlx5_1".into(), &"ConnectX6DX".into())
    );
    let expected = serde_json::json!({
        "NUM_OF_VFS": { "read_only": false, "modified": true,
            "default_value": 8, "current_value": 8, "next_value": 9 },
        "LINK_TYPE_P1": { "read_only": false, "modified": false,
            "default_value": "ETH(2)", "current_value": "ETH(2)", "next_value": "ETH(2)" },
        "NETWORK_PORTS_NUMBER": { "read_only": true, "modified": false,
            "default_value": 2, "current_value": 2, "next_value": 2 },
    });
    assert_eq!(device["tlv_configuration"], expected);
    // Only the next values, unless more is asked for.
    let brief = run(&mut card(""), "-d 3b:00.0 -j q.json q SRIOV_EN").wrote.unwrap().1;
    let json: serde_json::Value = serde_json::from_slice(&brief).unwrap();
    assert_eq!(
        json["Device #1"]["tlv_configuration"]["SRIOV_EN"],
        serde_json::json!({ "read_only": false, "next_value": "False(0)" })
    );
}

#[test]
fn a_command_line_that_makes_no_sense_is_told_on_the_standard_output() {
    for (line, complaint) in [
        ("-d 3b:00.0 frob", "invalid argument: frob"),
        ("-d", "missing device name"),
        ("-d 3b:00.0 set", "missing configuration arguments"),
        ("-d 3b:00.0 set A", "Invalid Configuration argument A"),
        ("-d 3b:00.0 set SRIOV_EN=1 SRIOV_EN=0", "Duplicate parameter, SRIOV_EN."),
        ("set SRIOV_EN=1", "set command expects device to be specified."),
        ("-d 3b:00.0 -j x set SRIOV_EN=1", "Json format is only supported for query command."),
    ] {
        let answer = run(&mut card(""), line);
        assert_eq!(answer.output.status, Some(3), "{line}");
        assert!(answer.output.stdout.starts_with(&format!("-E- {complaint}")), "{answer:?}");
        assert_eq!(answer.output.stderr, "");
    }
    let version = run(&mut card("tool: 4.26.0"), "--version").output;
    assert_eq!((version.status, version.stdout.contains("4.26.0")), (Some(0), true));
}
