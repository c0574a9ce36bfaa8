//! A printer of readings as each release prints them, written after `mlxconfig/mlxcfg_ui.cpp`.

use std::fmt::Write;

use serde_json::{Map, Value as Json, json};
use sriov_mlx::output::DeviceReading;
use sriov_mlx::param::{Cell, Param, Value};

/// How a release prints tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) release: &'static str,
    label: usize,
    name: usize,
    pub(crate) value: usize,
    /// Whether values of exactly the width of a column run into the next one.
    pub(crate) glues: bool,
    /// Whether there is a mark for parameters that are read-only.
    pub(crate) marks_read_only: bool,
}

const fn style(release: &'static str, label: usize, name: usize, value: usize) -> Style {
    Style { release, label, name, value, glues: true, marks_read_only: false }
}

/// All that ever were, oldest first.
pub(crate) const STYLES: [Style; 6] = [
    style("4.21.1", 16, 36, 16),
    style("4.24", 20, 44, 16),
    Style { marks_read_only: true, ..style("4.25 --read_only", 20, 44, 16) },
    Style { glues: false, marks_read_only: true, ..style("4.26", 20, 44, 20) },
    Style { glues: false, marks_read_only: true, ..style("4.35.0-1.6", 20, 48, 33) },
    // Its own width, so that nothing depends on the ones above.
    Style { glues: false, marks_read_only: true, ..style("a later one", 24, 60, 40) },
];

/// The newest one.
pub(crate) const NEWEST: Style = STYLES[4];

impl Style {
    pub(crate) fn print(&self, devices: &[DeviceReading]) -> String {
        let mut text = String::new();
        for (index, device) in devices.iter().enumerate() {
            write!(text, "\nDevice #{}:\n----------\n\n", index + 1).unwrap();
            self.print_device(&mut text, device);
        }
        text
    }

    fn print_device(&self, out: &mut String, device: &DeviceReading) {
        let identity = &device.reading.identity;
        for (label, text) in [
            ("Device type:", &identity.device_type),
            ("Name:", &identity.name),
            ("Description:", &identity.description),
            ("Device:", &device.device),
        ] {
            let text = text.as_deref().unwrap_or("N/A");
            writeln!(out, "{label:<0$}{text:<0$}", self.label).unwrap();
        }
        out.push('\n');
        self.print_heading(out, device);
        for (name, param) in &device.reading.params {
            self.print_row(out, device, name.as_str(), param);
        }
        print_footer(out, device);
    }

    fn print_heading(&self, out: &mut String, device: &DeviceReading) {
        let columns = device.reading.columns;
        write!(out, "{:<1$}", "Configurations:", self.name + 8).unwrap();
        let all = [
            ("Default", columns.default),
            ("Current", columns.current),
            ("Next Boot", true),
            ("New", !device.proposed.is_empty()),
        ];
        for (column, _) in all.iter().filter(|(_, there)| *there) {
            write!(out, "{column:<0$} ", self.value).unwrap();
        }
        out.push('\n');
    }

    fn print_row(&self, out: &mut String, device: &DeviceReading, name: &str, param: &Param) {
        let differs = [&param.default, &param.current]
            .into_iter()
            .any(|cell| *cell != Cell::NoColumn && *cell != param.next);
        out.push(if differs { '*' } else { ' ' });
        if self.marks_read_only {
            out.push_str(if param.read_only { "RO" } else { "  " });
            out.push_str("     ");
        } else {
            out.push_str("        ");
        }
        write!(out, "{name:<0$}", self.name).unwrap();
        let cells = [&param.default, &param.current, &param.next].into_iter();
        let mut width = 0;
        for cell in cells.chain(device.proposed.get(name)) {
            let Some(text) = printed(cell) else { continue };
            let separate = width > 0 && (!self.glues || width > self.value);
            out.push_str(if separate { " " } else { "" });
            let text = format!("{text:<0$}", self.value);
            width = text.len();
            out.push_str(&text);
        }
        out.push('\n');
    }
}

fn print_footer(out: &mut String, device: &DeviceReading) {
    out.push_str(
        "The '*' shows parameters with next value different from default/current value.\n",
    );
    if device.reading.params.values().any(|param| param.read_only) {
        out.push_str("\nThe 'RO' shows parameters which are for read only and cannot be changed\n");
    }
    if !device.reading.columns.current {
        out.push_str("Device Firmware does not support reading current configurations\n");
    }
    if !device.reading.missing.is_empty() {
        out.push_str("-E- Failed to query some of the TLVs:\n");
        out.push_str("    Failed to query the next values of the following TLVs:\n    ");
        device.reading.missing.iter().for_each(|tlv| write!(out, "{tlv} ").unwrap());
        out.push_str("\n\n");
    }
}

fn printed(cell: &Cell) -> Option<String> {
    match cell {
        Cell::NoColumn => None,
        Cell::NotAvailable => Some("N/A".into()),
        Cell::Value(value) => Some(value.to_string()),
    }
}

/// The document of `-j`.
pub(crate) fn document(devices: &[DeviceReading]) -> String {
    let entry = |(index, device): (usize, &DeviceReading)| {
        let identity = &device.reading.identity;
        let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "N/A".into());
        let params = device.reading.params.iter().map(|(name, p)| (name.to_string(), entry_of(p)));
        let device = json!({
            "device_type": told(&identity.device_type),
            "name": told(&identity.name),
            "description": told(&identity.description),
            "device": told(&device.device),
            "tlv_configuration": params.collect::<Map<_, _>>(),
        });
        (format!("Device #{}", index + 1), device)
    };
    Json::Object(devices.iter().enumerate().map(entry).collect()).to_string()
}

fn entry_of(param: &Param) -> Json {
    let mut entry = json!({ "read_only": param.read_only });
    let cells = [
        ("default_value", &param.default),
        ("current_value", &param.current),
        ("next_value", &param.next),
    ];
    for (key, cell) in cells {
        match cell {
            Cell::NoColumn => continue,
            Cell::Value(Value::Number(number)) => entry[key] = json!(number),
            cell => entry[key] = json!(printed(cell)),
        }
        entry["modified"] = json!(true);
    }
    entry
}
