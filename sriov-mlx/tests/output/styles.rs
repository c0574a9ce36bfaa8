//! Readings survive every style of printing, and text and JSON say the same.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use sriov_mlx::output::{DeviceReading, read_json, read_table};
use sriov_mlx::param::{Cell, Columns, Identity, Param, ParamName, Reading, Value};

use crate::fixture::{diagnosed, reading};
use crate::printed::{NEWEST, STYLES, document};

fn name() -> impl Strategy<Value = ParamName> {
    let plain = "[A-Z][A-Z0-9_]{0,28}|[A-Z]{1,9}_x86(_[A-Z]{1,9})?"
        .prop_filter("a mark", |name| name != "RO");
    (plain, option::weighted(0.2, 0..9999_u16)).prop_map(|(name, index)| {
        let index = index.map(|index| format!("[{index}]")).unwrap_or_default();
        format!("{name}{index}").parse().unwrap()
    })
}

/// Bytes are not 16 characters long: those are printed into the next column by old releases, and no reader
/// could tell where.
fn value() -> impl Strategy<Value = Value> {
    let named = |text: BoxedStrategy<String>| {
        (text, 0..4_294_967_295_u64).prop_map(|(text, value)| Value::Named { text, value })
    };
    let sixteen = Just(Value::Named { text: "EMBEDDED_CPU".into(), value: 15 });
    prop_oneof![
        3 => (0..4_294_967_295_u64).prop_map(Value::Number),
        3 => named("[A-Za-z_][A-Za-z0-9_./+-]{0,53}".boxed()),
        1 => named("[A-Z]{13}".boxed()).prop_map(|named| match named {
            Value::Named { text, .. } => Value::Named { text, value: 7 },
            other => other,
        }),
        1 => sixteen,
        1 => (0..2_u16, 2..9999_u16).prop_map(|(first, last)| Value::Array { first, last }),
        1 => "0x([0-9a-f]{2}){1,6}|0x([0-9a-f]{2}){8,20}".prop_map(Value::Text),
        1 => prop_oneof!["ETH", "IB"].prop_map(Value::Text),
    ]
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![9 => value().prop_map(Cell::Value), 1 => Just(Cell::NotAvailable)]
}

fn param() -> impl Strategy<Value = Param> {
    (cell(), cell(), cell(), any::<bool>()).prop_map(|(default, current, next, read_only)| Param {
        default,
        current,
        next,
        read_only,
    })
}

fn told() -> impl Strategy<Value = Option<String>> {
    option::of("[A-Za-z0-9][A-Za-z0-9 ;,./()-]{0,60}[A-Za-z0-9)]")
        .prop_map(|text| text.filter(|text| text != "N/A"))
}

prop_compose! {
    fn device_reading()(
        params in btree_map(name(), param(), 1..16),
        (default, current) in any::<(bool, bool)>(),
        device in "[0-9a-f]{4}:[0-9a-f]{2}:00\\.[01]|mlx5_[0-9]",
        identity in (told(), told(), told()),
        missing in vec("nv_[a-z_]{1,20}_P[0-9]_M-1", 0..4),
        new in option::weighted(0.2, cell()),
    ) -> DeviceReading {
        let columns = Columns { default, current };
        let (device_type, name, description) = identity;
        let mut reading = Reading { columns, params, missing, ..Reading::default() };
        reading.missing.dedup();
        reading.identity = Identity { device_type, name, description };
        for param in reading.params.values_mut() {
            if !default { param.default = Cell::NoColumn; }
            if !current { param.current = Cell::NoColumn; }
        }
        let names = reading.params.keys().cloned();
        let proposed = new.iter().flat_map(|new| names.clone().map(|name| (name, new.clone())));
        DeviceReading { device: Some(device), proposed: proposed.collect(), reading }
    }
}

/// What a style can tell of a device.
fn tellable(mut device: DeviceReading, read_only: bool) -> DeviceReading {
    device.reading.params.values_mut().for_each(|param| param.read_only &= read_only);
    let mut seen = Vec::new();
    device.reading.missing.retain(|group| {
        !seen.contains(group) && {
            seen.push(group.clone());
            true
        }
    });
    device
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_style_is_read_to_the_same_values(
        devices in vec(device_reading(), 1..3),
        style in prop::sample::select(&STYLES[..]),
        crlf in any::<bool>(),
    ) {
        let text = style.print(&devices);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let told: Vec<_> =
            devices.into_iter().map(|device| tellable(device, style.marks_read_only)).collect();
        let read = read_table(&text);
        prop_assert_eq!(read.as_ref(), Ok(&told), "{}:\n{}", style.release, text);
        // What was read is printed to the same text, and read again to the same values.
        let again = style.print(&told);
        prop_assert_eq!(read_table(&again), Ok(told));
    }

    #[test]
    fn text_and_json_say_the_same(mut devices in vec(device_reading(), 1..4)) {
        // There is no JSON of a `set`, and the groups that are missing are beside the document.
        for device in &mut devices {
            device.proposed.clear();
            device.reading.missing.clear();
        }
        let text = read_table(&NEWEST.print(&devices));
        prop_assert_eq!(&text, &Ok(devices.clone()));
        prop_assert_eq!(read_json(&document(&devices)), text);
    }
}

#[test]
fn the_styles_do_what_the_properties_rely_on() {
    let device = |value: Value| DeviceReading {
        reading: Reading {
            columns: Columns { default: true, current: true },
            params: [("A".parse().unwrap(), {
                let cell = Cell::Value(value);
                Param { default: cell.clone(), current: cell.clone(), next: cell, read_only: false }
            })]
            .into(),
            ..Reading::default()
        },
        ..DeviceReading::default()
    };
    let wide = Value::Named { text: "EMBEDDED_CPU".into(), value: 15 };
    let text = STYLES[0].print(&[device(wide.clone())]);
    assert!(text.contains("EMBEDDED_CPU(15)EMBEDDED_CPU(15)EMBEDDED_CPU(15)\n"), "{text}");
    let text = STYLES[3].print(&[device(wide)]);
    assert!(!text.contains("EMBEDDED_CPU(15)EMBEDDED_CPU(15)"), "{text}");
    let longer = Value::Named { text: "PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED".into(), value: 0 };
    for style in STYLES {
        let text = style.print(&[device(longer.clone())]);
        assert!(text.contains("_ENABLED(0) PCI_ATOMIC"), "one space in {}: {text}", style.release);
    }
}

/// Bytes of 16 characters run into each other in old releases, and cannot be told apart.
#[test]
fn what_cannot_be_taken_apart_gives_no_value() {
    let reading = reading(
        "Configurations: Default Current Next Boot\n\
         *        KEY     0x0102030405060x0102030405060x010203040506\n\
         *        NUMBER  0x0102030405061              1\n",
    );
    assert_eq!(reading.params.len(), 0);
    assert_eq!(diagnosed(&reading), [(2, "KEY"), (3, "NUMBER")]);
}

/// A name of the width of its column runs into its first value.
#[test]
fn a_name_that_runs_into_its_value_gives_no_value() {
    for row in
        ["A_NAME_OF_36_CHARACTERS_OR_EVEN_MOREFalse(0)", "A_NAME_OF_36_CHARACTERS_OR_EVEN_MORE8"]
    {
        let reading = reading(&format!("Configurations: Next Boot\n         {row}\n"));
        assert_eq!(reading.params.len(), 0, "{row}");
        assert_eq!(diagnosed(&reading), [(2, row)]);
    }
}
