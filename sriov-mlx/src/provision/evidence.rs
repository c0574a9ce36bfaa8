//! What proves that restarts did not help: a line for each parameter.

use crate::facts::CardFacts;
use crate::param::{Cell, Param, ParamName, names};
use crate::plan::NicPlan;

/// More lines are never kept.
const MAX_ROWS: usize = 32;

/// What the card says of what is wanted, and what the kernel says of its PFs.
pub(super) fn rows(facts: &CardFacts, planned: &NicPlan) -> Vec<String> {
    let matters = |name: &ParamName| {
        let known = [names::SRIOV_EN, names::NUM_OF_VFS].contains(&name.as_str());
        known || planned.wanted.get(name.as_str()).is_some()
    };
    let params = facts.firmware.reading().into_iter().flat_map(|reading| &reading.params);
    let params = params.filter(|(name, _)| matters(name)).map(|(name, param)| row(name, param));
    let ports = facts.card.ports.iter().map(|port| {
        let total = port.total_vfs.map_or_else(|| "absent".to_owned(), |total| total.to_string());
        format!("{}: sriov_totalvfs {total}", port.pci)
    });
    params.chain(ports).take(MAX_ROWS).collect()
}

fn row(name: &ParamName, param: &Param) -> String {
    let (current, next) = (words(&param.current), words(&param.next));
    format!("{name}: current {current}, next boot {next}")
}

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Value(value) => value.to_string(),
        Cell::NotAvailable => "N/A".to_owned(),
        Cell::NoColumn => "not told".to_owned(),
    }
}
