//! The tool's JSON, laid out as jsoncpp does: keys in order, tabs, and a line for each brace.

use serde_json::{Map, Value};

use super::machine::CardMachine;
use super::report::{Columns, Row, Shown};

pub(super) fn device(machine: &CardMachine, dev: &str, columns: Columns, rows: &[Row]) -> Value {
    let entries = rows.iter().map(|row| (row.name.clone(), Value::Object(entry(row, columns))));
    let configuration = Value::Object(entries.collect());
    let text = |text: &str| Value::String(text.to_owned());
    let fields = [
        ("device_type", text(&machine.kind)),
        ("name", text(&machine.part)),
        ("description", text(&machine.description)),
        ("device", text(dev)),
        ("tlv_configuration", configuration),
    ];
    Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn entry(row: &Row, columns: Columns) -> Map<String, Value> {
    let fields = [
        Some(("read_only", Value::Bool(row.read_only))),
        Some(("next_value", value(&row.next))),
        (columns.default || columns.current)
            .then(|| ("modified", Value::Bool(row.differs(columns)))),
        columns.default.then(|| ("default_value", value(&row.default))),
        columns.current.then(|| ("current_value", value(&row.current))),
    ];
    fields.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn value(shown: &Shown) -> Value {
    match shown {
        Shown::Number(number) => Value::from(*number),
        Shown::Text(text) => Value::String(text.clone()),
    }
}

pub(super) fn print(devices: Vec<(String, Value)>) -> Vec<u8> {
    let mut text = String::new();
    write(&mut text, &Value::Object(devices.into_iter().collect()), 0);
    text.push('\n');
    text.into_bytes()
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let Value::Object(fields) = value else {
        text.push_str(&value.to_string());
        return;
    };
    if fields.is_empty() {
        text.push_str("{}");
        return;
    }
    let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
    sorted.sort_by_key(|(key, _)| *key);
    let indent = "\t".repeat(depth);
    text.push('{');
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        let name = Value::String(key.clone());
        text.extend([indent.as_str(), "\t", &name.to_string(), " : "]);
        if value.as_object().is_some_and(|fields| !fields.is_empty()) {
            text.extend(["\n", &indent, "\t"]);
        }
        write(text, value, depth + 1);
    }
    text.extend(["\n", &indent, "}"]);
}
