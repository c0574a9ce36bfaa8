//! The JSON of `mstconfig -j`: shapes that are known, and those that are not.

use serde_json::{Value as Json, json};
use sriov_mlx::output::{MAX_OUTPUT, OutputError, read_json, read_table};
use sriov_mlx::param::{Columns, Diagnostic, Reading};

use crate::fixture::{assert_params, fixture, param};
use crate::printed::document;

fn with(params: &Json) -> Json {
    json!({ "Device #1": {
        "device_type": "ConnectX7", "name": "N/A", "description": "", "device": "0000:3b:00.0",
        "tlv_configuration": params,
    }})
}

fn reading(params: &Json) -> Reading {
    let mut devices = read_json(&with(params).to_string()).unwrap();
    assert_eq!(devices.len(), 1);
    devices.remove(0).reading
}

fn diagnosed(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(Diagnostic::to_string).collect()
}

#[test]
fn a_document_as_the_library_of_the_tool_writes_it() {
    let devices = read_json(fixture!("synthetic/query.json")).unwrap();
    assert_eq!(devices[0].device.as_deref(), Some("0000:3b:00.0"));
    let reading = &devices[0].reading;
    assert_eq!(reading.identity.device_type.as_deref(), Some("ConnectX7"));
    assert_eq!(reading.columns, Columns { default: true, current: true });
    assert_eq!(reading.diagnostics, []);
    assert_params(
        reading,
        &[
            ("SRIOV_EN", param("False(0)", "True(1)", "True(1)")),
            ("NUM_OF_VFS", sriov_mlx::param::Param { read_only: true, ..param("0", "8", "16") }),
            ("ROM_LOADER", sriov_mlx::param::Param { read_only: true, ..param("1", "1", "1") }),
            ("NUM_OF_PF", param("2", "2", "N/A")),
        ],
    );
    // The same card in a table.
    assert_eq!(read_table(fixture!("synthetic/read_only.txt")).as_ref(), Ok(&devices));
}

#[test]
fn every_table_says_the_same_as_its_document() {
    for text in [
        fixture!("s01_connectx4lx.txt"),
        fixture!("s04_connectx7.txt"),
        fixture!("s05_connectx5.txt"),
        fixture!("s09_connectx9.txt"),
        fixture!("synthetic/glued.txt"),
        fixture!("synthetic/two_devices.txt"),
    ] {
        let mut devices = read_table(text).unwrap();
        let mut told = read_json(&document(&devices)).unwrap();
        // A document of the tool always names the device, and one of these tables does not.
        for device in devices.iter_mut().chain(&mut told).filter(|device| device.device.is_none()) {
            device.device = None;
        }
        assert_eq!(told, devices);
    }
}

#[test]
fn columns_are_those_that_parameters_have() {
    let one = reading(&json!({ "A": { "read_only": false, "next_value": 4 } }));
    assert_eq!(one.columns, Columns::default());
    assert_params(&one, &[("A", param("-", "-", "4"))]);
    let two = reading(&json!({
        "A": { "read_only": false, "next_value": 4, "default_value": "N/A", "modified": true },
    }));
    assert_eq!(two.columns, Columns { default: true, current: false });
    assert_params(&two, &[("A", param("N/A", "-", "4"))]);
}

#[test]
fn a_parameter_of_an_unknown_shape_is_named_and_gives_no_value() {
    let good = json!({ "read_only": false, "next_value": 1, "current_value": 1 });
    for (bad, message) in [
        (json!(null), "A: current_value is not there, or not once"),
        (json!(5), "A: current_value is not there, or not once"),
        (
            json!({ "read_only": false, "next_value": 1 }),
            "A: current_value is not there, or not once",
        ),
        (
            json!({ "read_only": false, "current_value": 1 }),
            "A: next_value is not there, or not once",
        ),
        (json!({ "next_value": 1, "current_value": 1 }), "A: whether it is read-only is not said"),
        (
            json!({ "read_only": "no", "next_value": 1, "current_value": 1 }),
            "A: whether it is read-only is not said",
        ),
        (
            json!({ "read_only": false, "next_value": -1, "current_value": 1 }),
            "A: next_value is neither a number nor a text",
        ),
        (
            json!({ "read_only": false, "next_value": 1.5, "current_value": 1 }),
            "A: next_value is neither a number nor a text",
        ),
        (
            json!({ "read_only": false, "next_value": true, "current_value": 1 }),
            "A: next_value is neither a number nor a text",
        ),
        (
            json!({ "read_only": false, "next_value": [1], "current_value": 1 }),
            "A: next_value is neither a number nor a text",
        ),
        (
            json!({ "read_only": false, "next_value": "True(", "current_value": 1 }),
            "A: next_value: \"True(\" is not a value",
        ),
        (
            json!({ "read_only": false, "next_value": "two words", "current_value": 1 }),
            "A: next_value: \"two words\" is not a value",
        ),
    ] {
        let reading = reading(&json!({ "A": bad, "GOOD": good.clone() }));
        assert_params(&reading, &[("GOOD", param("-", "1", "1"))]);
        assert_eq!(diagnosed(&reading), [message]);
    }
    for name in ["lower", "RO", "", "A B", "-y"] {
        let reading = reading(&json!({ name: good.clone(), "GOOD": good.clone() }));
        assert_params(&reading, &[("GOOD", param("-", "1", "1"))]);
        assert_eq!(reading.diagnostics.len(), 1, "{name}");
    }
}

/// The usual map of JSON would keep the last one.
#[test]
fn a_key_that_is_there_twice_is_not_believed() {
    let twice = |params: &str| {
        let text = with(&json!("PARAMS")).to_string().replace("\"PARAMS\"", params);
        read_json(&text).unwrap().remove(0).reading
    };
    let reading = twice(
        r#"{"A": {"read_only": false, "next_value": 1}, "B": {"read_only": false, "next_value": 1},
            "A": {"read_only": false, "next_value": 2}}"#,
    );
    assert_params(&reading, &[("B", param("-", "-", "1"))]);
    assert_eq!(diagnosed(&reading), ["A: it is there twice, with different values"]);
    let reading = twice(
        r#"{"A": {"read_only": false, "next_value": 1, "next_value": 2},
            "B": {"read_only": false, "next_value": 1}}"#,
    );
    assert_params(&reading, &[("B", param("-", "-", "1"))]);
    assert_eq!(diagnosed(&reading), ["A: next_value is not there, or not once"]);
}

#[test]
fn documents_without_a_table_are_errors() {
    // What the tool leaves behind when it cannot open the device.
    assert_eq!(read_json("{}\n"), Err(OutputError::NoTable));
    let of = OutputError::NoTableOf { device: "0000:3b:00.0".into() };
    for empty in [json!(null), json!({}), json!([]), json!("text")] {
        assert_eq!(read_json(&with(&empty).to_string()), Err(of.clone()), "{empty}");
    }
    let titled = OutputError::NoTableOf { device: "Device #1".into() };
    for empty in [json!(null), json!({}), json!(3)] {
        assert_eq!(read_json(&json!({ "Device #1": empty }).to_string()), Err(titled.clone()));
    }
    for text in ["", "null", "[]", "3", "{", "{}{}", "mstconfig", fixture!("s01_connectx4lx.txt")] {
        assert!(matches!(read_json(text), Err(OutputError::Json { .. })), "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(read_json(&deep), Err(OutputError::Json { .. })));
    let long = " ".repeat(MAX_OUTPUT + 1);
    assert_eq!(read_json(&long), Err(OutputError::TooLong { length: long.len() }));
}
