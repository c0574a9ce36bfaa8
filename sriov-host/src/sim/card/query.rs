//! `mstconfig query`.

use std::time::Duration;

use serde_json::Value;

use super::answer::CardAnswer;
use super::args::Call;
use super::card::SimCard;
use super::catalogue::{self, Param};
use super::report::{Columns, Row};
use super::{json, table, words};

/// What one device answers.
pub(super) struct Queried {
    pub(super) stdout: String,
    pub(super) json: Option<Value>,
    pub(super) status: i32,
    pub(super) cost: Duration,
}

/// A device of a query: how it was named, and which one of a list it is.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) dev: &'a str,
    pub(super) number: usize,
    pub(super) pf: usize,
}

impl SimCard {
    /// The columns that the firmware has, of those that were asked for.
    pub(super) fn columns(&self, verbose: bool) -> Columns {
        Columns { default: verbose, current: verbose && !self.machine().no_current_column }
    }

    pub(super) fn query(&self, call: &Call, names: &[String], asked: Asked) -> Queried {
        let machine = self.machine();
        let (release, columns) = (self.release(), self.columns(call.verbose));
        let layout = release.layout(call.read_only);
        let params = catalogue::of_card(machine);
        let mut stdout = if call.json.is_some() {
            String::new()
        } else {
            let opening = table::opening(machine, release, asked.number, asked.dev);
            opening + &table::head(layout, columns, false)
        };
        let timing = machine.timing;
        let ms = if names.is_empty() { timing.full_query_ms } else { timing.selective_query_ms };
        let cost = Duration::from_millis(ms);
        let rows = match self.rows(&params, names, asked.pf) {
            Ok(rows) => rows,
            Err(complaint) => {
                stdout.push_str(&words::error(&complaint));
                return Queried { stdout, json: None, status: words::ERROR, cost };
            }
        };
        let json = call.json.as_ref().map(|_| json::device(machine, asked.dev, columns, &rows));
        if json.is_none() {
            stdout.extend(rows.iter().map(|row| table::row(layout, columns, row)));
            stdout.push_str(&table::foot(layout, columns, &rows));
        }
        stdout.push_str(&table::missing_columns(call.verbose, columns));
        let failed = if names.is_empty() { self.failed_groups(&params) } else { Vec::new() };
        if failed.is_empty() {
            return Queried { stdout, json, status: words::DONE, cost };
        }
        stdout.push_str(&words::error(&table::failed_groups(&failed, columns)));
        Queried { stdout, json, status: words::ERROR, cost }
    }

    /// The rows of these parameters, or of all that can be read.
    fn rows(&self, params: &[Param], names: &[String], pf: usize) -> Result<Vec<Row>, String> {
        let failed = self.failed_groups(params);
        if names.is_empty() {
            let readable = params.iter().filter(|param| !failed.contains(&param.group));
            return Ok(readable.map(|param| self.row(param, None, pf)).collect());
        }
        let row = |name: &String| {
            let (param, index) = Self::look_up(params, name)?;
            if failed.contains(&param.group) {
                return Err(format!(
                    "Failed to query {} TLV: Cannot access NV register. rc=(3)",
                    param.group
                ));
            }
            Ok(self.row(param, index, pf))
        };
        names.iter().map(row).collect()
    }

    pub(super) fn row(&self, param: &Param, index: Option<u32>, pf: usize) -> Row {
        match (param.span, index) {
            (Some(span), None) => Row::array(param, span, &self.nvram().cells(param, pf)),
            (_, Some(index)) => {
                let name = format!("{}[{index}]", param.name);
                Row::single(&name, param, self.nvram().cell(param, pf, Some(index)))
            }
            (None, None) => Row::single(&param.name, param, self.nvram().cell(param, pf, None)),
        }
    }

    /// The parameter of this name, or what the tool says of one that is not there.
    pub(super) fn look_up<'p>(
        params: &'p [Param],
        name: &str,
    ) -> Result<(&'p Param, Option<u32>), String> {
        catalogue::find(params, name).ok_or_else(|| {
            let base = name.split('[').next().unwrap_or(name);
            let known = catalogue::knows(base) && !params.iter().any(|param| param.name == base);
            if known { words::unsupported(name) } else { words::unknown(name) }
        })
    }

    fn failed_groups(&self, params: &[Param]) -> Vec<String> {
        let missing = &self.machine().missing_tlvs;
        let mut groups: Vec<String> = Vec::new();
        for param in params {
            let hit = missing.contains(&param.name) || missing.contains(&param.group);
            if hit && !groups.contains(&param.group) {
                groups.push(param.group.clone());
            }
        }
        groups
    }
}

/// The answers of all devices in one.
pub(super) fn together(call: &Call, answers: Vec<Queried>) -> CardAnswer {
    let status = answers.iter().map(|answer| answer.status).max().unwrap_or(words::DONE);
    let cost = answers.iter().map(|answer| answer.cost).sum();
    let mut stdout: String = answers.iter().map(|answer| answer.stdout.as_str()).collect();
    let Some(file) = &call.json else { return words::answer(status, stdout, cost) };
    let outcome = if status == words::DONE {
        "successfully"
    } else {
        "but one or more devices had an error."
    };
    stdout.extend(["Query output saved to ", file, " ", outcome, "\n"]);
    let devices = answers
        .into_iter()
        .zip(1..)
        .filter_map(|(answer, number)| answer.json.map(|json| (format!("Device #{number}"), json)));
    let wrote = Some((file.clone(), json::print(devices.collect())));
    CardAnswer { wrote, ..words::answer(status, stdout, cost) }
}
