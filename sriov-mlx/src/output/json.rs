//! The document of `mstconfig -j FILE query`, since mstflint 4.31.

use super::cell::{cell, param_name};
use super::device::{DeviceReading, Gathering};
use super::node::Node;
use super::text::{excerpt, told};
use super::{MAX_OUTPUT, OutputError};
use crate::param::{Cell, Columns, Param, Value};

const DEFAULT: &str = "default_value";
const CURRENT: &str = "current_value";
const NEXT: &str = "next_value";

/// Reads the file that `mstconfig -j FILE query` writes.
///
/// It gives the same as [`read_table`](super::read_table), apart from the lines of diagnostics, as there
/// are none. Groups of parameters that the tool could not ask for are not in the document but on its
/// standard output: add [`missing_groups`](super::missing_groups) of that.
///
/// The tool empties the file to `{}` before it opens the device, creates it if there is none, and fills
/// it when all is read. After a refusal the document has no table, therefore.
///
/// ```
/// use sriov_mlx::output::read_json;
///
/// let devices = read_json(
///     r#"{"Device #1": {"device_type": "ConnectX6DX", "name": "N/A", "description": "N/A",
///         "device": "0000:3b:00.0", "tlv_configuration": {"NUM_OF_VFS": {
///             "read_only": false, "modified": true, "next_value": 16, "current_value": 8}}}}"#,
/// )?;
/// let reading = &devices[0].reading;
/// assert_eq!(reading.current("NUM_OF_VFS").and_then(|value| value.number()), Some(8));
/// assert!(!reading.columns.default);
/// # Ok::<(), sriov_mlx::output::OutputError>(())
/// ```
///
/// # Errors
///
/// [`OutputError`] if it is no such document, or if a device has no parameters in it.
pub fn read_json(text: &str) -> Result<Vec<DeviceReading>, OutputError> {
    let document = document(text)?;
    let devices = document.entries().ok_or_else(|| malformed("the document is not an object"))?;
    if devices.is_empty() {
        return Err(OutputError::NoTable);
    }
    devices.iter().map(|(title, device)| device_reading(title, device)).collect()
}

/// A document of at most [`MAX_OUTPUT`].
pub(super) fn document(text: &str) -> Result<Node, OutputError> {
    if text.len() > MAX_OUTPUT {
        return Err(OutputError::TooLong { length: text.len() });
    }
    serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))
}

pub(super) fn malformed(message: &str) -> OutputError {
    OutputError::Json { message: message.to_owned() }
}

fn device_reading(title: &str, device: &Node) -> Result<DeviceReading, OutputError> {
    let field = |key| device.get(key).and_then(Node::text).and_then(told);
    let mut gathering = Gathering::default();
    gathering.told.device = field("device");
    gathering.told.reading.identity.device_type = field("device_type");
    gathering.told.reading.identity.name = field("name");
    gathering.told.reading.identity.description = field("description");
    // An empty table is null: that is what an empty value is for the library that writes it.
    let params = device.get("tlv_configuration").and_then(Node::entries).unwrap_or_default();
    let columns = columns(params);
    gathering.told.reading.columns = columns;
    for (name, node) in params {
        match (param_name(name), param(node, columns)) {
            (Some(name), Ok(param)) => gathering.add(None, name, param, None),
            (None, _) => gathering.spoil(None, name, "this is not the name of a parameter".into()),
            (_, Err(message)) => gathering.spoil(None, name, message),
        }
    }
    if gathering.is_empty() {
        let device = gathering.told.device.unwrap_or_else(|| excerpt(title));
        return Err(OutputError::NoTableOf { device });
    }
    Ok(gathering.finish())
}

/// The columns that any parameter has: as in a table, all of them should have the same.
fn columns(params: &[(String, Node)]) -> Columns {
    let any = |key| params.iter().any(|(_, param)| param.has(key));
    Columns { default: any(DEFAULT), current: any(CURRENT) }
}

fn param(node: &Node, columns: Columns) -> Result<Param, String> {
    let column = |key, there| if there { value(node, key) } else { Ok(Cell::NoColumn) };
    Ok(Param {
        default: column(DEFAULT, columns.default)?,
        current: column(CURRENT, columns.current)?,
        next: value(node, NEXT)?,
        read_only: node
            .get("read_only")
            .and_then(Node::switch)
            .ok_or("whether it is read-only is not said")?,
    })
}

fn value(node: &Node, key: &str) -> Result<Cell, String> {
    match node.get(key) {
        Some(Node::Number(number)) => Ok(Cell::Value(Value::Number(*number))),
        Some(Node::Text(text)) => {
            cell(text).ok_or_else(|| format!("{key}: {:?} is not a value", excerpt(text)))
        }
        Some(_) => Err(format!("{key} is neither a number nor a text")),
        None => Err(format!("{key} is not there, or not once")),
    }
}
