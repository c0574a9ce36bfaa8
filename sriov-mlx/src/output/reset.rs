use super::OutputError;
use super::cell::{cell, param_name};
use super::json::{document, malformed};
use super::node::Node;
use super::text::{sentence, told};
use crate::param::{Cell, ParamName, Value};

/// What `mstfwreset -d DEVICE status --json` says, since 4.36: what waits to be loaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResetStatus {
    /// The device, as it was named on the command line.
    pub device: Option<String>,
    /// Whether something waits to be loaded.
    pub needed: bool,
    /// The version of the running firmware.
    pub running: Option<String>,
    /// The version of the firmware that waits, if one does.
    pub pending: Option<String>,
    /// Parameters whose values wait; `None` if they could not be asked for.
    pub params: Option<Vec<PendingParam>>,
    /// What would load it; `None` if that is not said.
    pub remedy: Option<Remedy>,
}

/// A parameter whose value waits to be loaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PendingParam {
    /// The parameter.
    pub name: ParamName,
    /// The running value.
    pub current: Cell,
    /// The value that waits.
    pub next: Cell,
}

/// What loads new firmware and new values.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Remedy {
    /// A reset of the firmware, at this level: 0 is a live patch, 3 restarts drivers, 4 the host.
    Reset {
        /// The level.
        level: u8,
    },
    /// A restart of the host.
    Reboot,
    /// A power cycle of the host.
    PowerCycle,
    /// Something that is not known, in the words of the tool.
    Other(String),
}

/// Reads what `mstfwreset status --json` prints.
///
/// # Errors
///
/// [`OutputError::Json`] if it is not such a document: if it does not say whether a reset is needed, or if
/// something in it has a shape that is not known.
pub fn read_reset_status(text: &str) -> Result<ResetStatus, OutputError> {
    let status = document(text)?;
    let needed = status.get("reset_needed").and_then(Node::switch);
    Ok(ResetStatus {
        device: field(&status, "device")?,
        needed: needed.ok_or_else(|| malformed("reset_needed is not said"))?,
        running: field(&status, "running_fw_version")?,
        pending: field(&status, "pending_fw_version")?,
        params: params(&status)?,
        remedy: field(&status, "command_required")?.map(|command| remedy(&command)),
    })
}

/// A text; `None` if it is not there, empty, or `N/A`.
fn field(status: &Node, key: &str) -> Result<Option<String>, OutputError> {
    match status.get(key) {
        Some(Node::Text(text)) => Ok(told(text)),
        Some(Node::Null) => Ok(None),
        None if !status.has(key) => Ok(None),
        _ => Err(malformed(&format!("{key} is not a text"))),
    }
}

fn params(status: &Node) -> Result<Option<Vec<PendingParam>>, OutputError> {
    match status.get("pending_nvconfig_parameters") {
        Some(Node::List(params)) => params.iter().map(param).collect::<Result<_, _>>().map(Some),
        Some(Node::Text(text)) if text == "N/A" => Ok(None),
        None if !status.has("pending_nvconfig_parameters") => Ok(None),
        _ => Err(malformed("pending_nvconfig_parameters is not a list")),
    }
}

fn param(node: &Node) -> Result<PendingParam, OutputError> {
    let name = node.get("name").and_then(Node::text).and_then(param_name);
    let name = name.ok_or_else(|| malformed("a pending parameter has no name"))?;
    let cell =
        |key| value(node.get(key)).ok_or_else(|| malformed(&format!("{name}: no {key} value")));
    let (current, next) = (cell("current")?, cell("next_boot")?);
    Ok(PendingParam { name, current, next })
}

fn value(node: Option<&Node>) -> Option<Cell> {
    match node? {
        Node::Number(number) => Some(Cell::Value(Value::Number(*number))),
        Node::Text(text) => cell(text),
        _ => None,
    }
}

/// Either a command with its level, or a sentence.
fn remedy(command: &str) -> Remedy {
    let lower = command.to_ascii_lowercase();
    if lower.contains("power cycle") {
        Remedy::PowerCycle
    } else if lower == "reboot external host is required" {
        Remedy::Reboot
    } else {
        let level = level(&lower).map(|level| Remedy::Reset { level });
        level.unwrap_or_else(|| Remedy::Other(sentence(command)))
    }
}

/// The level in `mstfwreset -d DEVICE reset --level 3 …`.
fn level(command: &str) -> Option<u8> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let tool = words.first().and_then(|program| program.rsplit('/').next())?;
    let is_reset = matches!(tool, "mstfwreset" | "mlxfwreset") && words.contains(&"reset");
    let option = words.iter().position(|word| matches!(*word, "--level" | "-l"));
    let level = option.filter(|_| is_reset).and_then(|option| words.get(option + 1))?;
    level.parse().ok().filter(|level| *level <= 5)
}
